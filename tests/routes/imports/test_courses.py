"""Authors import into their own courses: who attends them, and questions."""

import pytest

from lms.models.assessment.questions import questions
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from tests.importing import finished, imported, rows_of, table, upload
from tests.world import MadeCourse, Person, World, refused


def test_an_author_enrolls_people_who_have_accounts(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    rows = [
        (learner.email, "2026-01-31", "499"),
        (learner.email, "", ""),
        ("nobody@example.com", "", ""),
        (world.person().email, "2999-01-01", ""),
        (world.person().email, "", "a lot"),
    ]
    content = table(("E-Mail", "date", "Bezahlt"), *rows)
    named = {"courseId": str(course.id), "columns": '{"amountPaid": "Bezahlt"}'}
    done = imported(world, teacher, "enrollments", content, **named)
    assert (done["created"], done["skipped"], done["failed"]) == (1, 1, 3)
    held = enrollments.get({"user": learner.id})
    assert (held["source"], held["amountPaid"], f"{held['enrolledAt']:%Y-%m-%d %H:%M}") == (
        "imported",
        49900,
        "2026-01-30 18:30",
    )
    codes = [row["code"] for row in rows_of(world, teacher, done["id"])]
    assert codes == [None, "duplicate_in_file", "no_such_account", "in_future", "invalid_value"]
    again = imported(world, teacher, "enrollments", table(("email",), (learner.email,)), courseId=str(course.id))
    assert [row["code"] for row in rows_of(world, teacher, again["id"])] == ["already_enrolled"]


def test_enrolments_are_taken_back_until_somebody_begins(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    begun = world.person()
    content = table(("email",), (learner.email,), (begun.email,))
    done = imported(world, teacher, "enrollments", content, courseId=str(course.id))
    lesson = {"subsectionId": str(course.lessons[0].id), "completed": True}
    assert world.post(f"/profile/updateCourseProgress/{course.id}", lesson, by=begun).status_code == 200
    world.post(f"/imports/{done['id']}/undo", by=teacher)
    world.run_jobs()
    assert [each["user"] for each in enrollments.find({"course": course.id})] == [begun.id]


def test_a_course_is_named_by_the_row_where_the_file_names_none(
    world: World, admin: Person, course: MadeCourse, learner: Person
) -> None:
    left = world.person()
    world.enroll(left, course)
    assert world.delete(f"/courses/enroll/{course.id}", by=left).status_code == 200
    rows = [(learner.email, str(course.id)), (left.email, str(course.id)), (world.person().email, "")]
    done = imported(world, admin, "enrollments", table(("email", "course"), *rows))
    assert (done["created"], done["failed"]) == (2, 1)
    assert enrollments.attends(left.id, course.id)


def test_of_other_courses_and_of_people_they_know_nothing(world: World, teacher: Person, course: MadeCourse) -> None:
    stranger, content = world.person("instructor"), table(("email",), ("a@example.com",))
    assert refused(upload(world, stranger, "enrollments", content, courseId=str(course.id))) == (
        404,
        "course_not_found",
    )
    assert refused(upload(world, teacher, "enrollments", content)) == (403, "forbidden")
    assert refused(upload(world, teacher, "learners", content, courseId=str(course.id))) == (403, "forbidden")
    made = upload(world, teacher, "enrollments", content, courseId=str(course.id)).json["data"]["id"]
    assert refused(world.get(f"/imports/{made}", by=stranger)) == (404, "import_not_found")
    nowhere = upload(world, world.person("admin"), "enrollments", content, courseId="0" * 24)
    assert refused(nowhere) == (404, "course_not_found")
    assert [len(world.get("/imports/", by=each).json["data"]) for each in (teacher, stranger)] == [1, 0]


@pytest.mark.parametrize(
    ("fields", "field"), [({"kind": "questions"}, "courseId"), ({"kind": "learners", "courseId": "yes"}, "courseId")]
)
def test_a_kind_belongs_to_a_course_or_does_not(
    world: World, admin: Person, course: MadeCourse, fields: dict[str, str], field: str
) -> None:
    given = {**fields, **({"courseId": str(course.id)} if "courseId" in fields else {})}
    answer = upload(world, admin, given.pop("kind"), table(("email",), ("a@example.com",)), **given)
    assert (answer.status_code, set(answer.json["errors"])) == (400, {field})


HEADER = ("kind", "body", "choiceA", "choiceB", "choiceC", "key", "points", "tags")
GOOD = (
    ("single", "Which is a knot?", "A bowline", "A bobbin", "", "A", "2.5", "knots|ropes"),
    ("multiple", "Which are knots?", "A bowline", "A bobbin", "A bend", "A, C"),
    ("truefalse", "Is it?", "", "", "", "true"),
    ("number", "How many?", "", "", "", "3±0.5"),
    ("text", "What is it?", "", "", "", "a bowline|bowline"),
    ("order", "In which order?", "First", "Then", "", ""),
    ("match", "Which to which?", "France = Paris", "Italy = Rome"),
    ("essay", "Tell me <b>more</b>."),
)
WRONG = {
    "unknown_kind": ("riddle", "What?"),
    "missing": ("single", ""),
    "no_partner": ("match", "Which to which?!", "France", "Italy"),
    "unsound_question": ("single", "Which?", "A", "B", "", "C"),
    "invalid_value": ("single", "Which one?", "A", "B", "", "A", "many"),
    "not_true": ("truefalse", "Is it so?", "", "", "", "perhaps"),
}


def test_questions_of_every_kind_come_into_the_bank(world: World, teacher: Person, course: MadeCourse) -> None:
    done = imported(
        world, teacher, "questions", table(HEADER, *GOOD, *WRONG.values(), GOOD[0]), courseId=str(course.id)
    )
    codes = [row["code"] for row in rows_of(world, teacher, done["id"])]
    wrong = ["unknown_kind", "invalid_value", "no_partner", "unsound_question", "invalid_value", "invalid_value"]
    assert codes == [*[None] * 8, *wrong, "duplicate_in_file"]
    bank = questions.find({"course": course.id}, sort=[("_id", 1)])
    assert [each["kind"] for each in bank] == [row[0] for row in GOOD]
    assert (bank[0]["points"], bank[0]["tags"]) == (250, ["knots", "ropes"])
    assert (bank[3]["key"], len(bank[6]["targets"])) == ({"value": "3", "tolerance": "0.5"}, 2)
    again = imported(world, teacher, "questions", table(HEADER, *GOOD), courseId=str(course.id))
    assert (again["created"], again["skipped"]) == (0, 8)
    world.post(f"/imports/{done['id']}/undo", by=teacher)
    world.run_jobs()
    assert questions.count({"course": course.id}) == 0


def test_moodles_gift_is_read_too(world: World, teacher: Person, course: MadeCourse) -> None:
    text = "Which is a knot? {=A bowline ~A bobbin}\n\nTwo and two? {#4}\n\nMatch. {=A -> 1 =B -> 2}\n\nNo question"
    done = imported(world, teacher, "questions", text.encode(), name="bank.gift", courseId=str(course.id))
    assert (done["created"], done["failed"], done["file"]["format"]) == (3, 1, "gift")


@pytest.mark.parametrize("kind", ["learners", "enrollments", "questions"])
def test_templates_are_tables_of_their_kind(world: World, admin: Person, course: MadeCourse, kind: str) -> None:
    template = world.get(f"/imports/templates/{kind}", by=admin).data
    of = {"courseId": str(course.id)} if kind == "questions" else {}
    made = upload(world, admin, kind, template, **of).json["data"]["id"]
    world.run_jobs()
    assert world.get(f"/imports/{made}", by=admin).json["data"]["faulty"] == (1 if kind == "enrollments" else 0)
    assert refused(world.get("/imports/templates/riddles", by=admin)) == (404, "not_found")


def test_a_full_bank_takes_no_more_and_a_used_question_stays(
    world: World, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.controllers.assessment.questions.MOST_IN_BANK", 2)
    done = imported(world, teacher, "questions", table(HEADER, *GOOD[:3]), courseId=str(course.id))
    assert [row["code"] for row in rows_of(world, teacher, done["id"])] == [None, None, "bank_full"]
    first, second = questions.find({"course": course.id}, sort=[("_id", 1)])
    questions.update({"_id": first["_id"]}, {"$set": {"version": 2}})
    questions.update({"_id": second["_id"]}, {"$set": {"deletedAt": second["createdAt"]}})
    world.post(f"/imports/{done['id']}/undo", by=teacher)
    world.run_jobs()
    assert [each["_id"] for each in questions.find({"course": course.id})] == [first["_id"]]


def test_a_course_that_is_deleted_meanwhile_takes_no_questions(
    world: World, teacher: Person, admin: Person, course: MadeCourse
) -> None:
    made = upload(world, admin, "questions", table(HEADER, GOOD[0]), courseId=str(course.id), start="true")
    courses.update({"_id": course.id}, {"$set": {"deletedAt": questions.raw.database.command("hello")["localTime"]}})
    done = finished(world, admin, made.json["data"]["id"])
    assert [row["code"] for row in rows_of(world, admin, done["id"])] == ["no_such_course"]
