import json
from typing import Any, get_args, get_type_hints

from lms.models.base import COLLECTIONS
from lms.models.fields import Ref
from tests.assessing import asked, make_quiz, take
from tests.certificates import completed, enable
from tests.handing_in import RUBRIC, assigned
from tests.merging import merge
from tests.services.authoring.files import PDF
from tests.uploads import Store, put_file
from tests.world import MadeCourse, Person, World, refused

OWN = "/profile/ownData"
NOT_TAKEN_OUT = {
    "imports": "tables of others, which they uploaded as staff or as an author",
    "auditLog": "what staff did, which is the school's",
    "blacklistedTokens": "used-up secrets",
    "courseApprovals": "what staff decided",
    "ledger": "the school's books; the buyer's side of them are orders and invoices",
    "media": "files at the store, whose ids are what opens them; lessons and pictures name what they show",
    "playbacks": "what plays just now",
    "questionVersions": "the bank of a course, which is its authors' together",
    "progressEvents": "summed up in courseProgress",
    "regrades": "what authors had marked again",
    "refunds": "`by` is who decided; the buyer's side are credit notes",
    "staffSessions": "sign-ins of staff, which are the school's",
}


def taken_out(world: World, person: Person, by: Person | None = None) -> dict[str, Any]:
    answer = world.get(f"{OWN}/{person.id if by else 'me'}", by=by or person)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_somebodys_data_are_one_download(world: World, course: MadeCourse) -> None:
    learner, other = world.person(firstName="Asha"), world.person(firstName="Ravi")
    for person in (learner, other):
        world.enroll(person, course)
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": 4, "review": "Good."}, by=person)
    found = taken_out(world, learner)
    assert found["users"][0]["firstName"] == "Asha"
    assert found["users"][0]["email"] == learner.email
    assert [each["course"] for each in found["enrollments"]] == [str(course.id)]
    assert [each["review"] for each in found["ratingAndReviews"]] == ["Good."]
    assert found["sessions"][0]["device"] == "Tests"
    assert str(other.id) not in json.dumps(found)
    assert "Ravi" not in json.dumps(found)


def test_no_secret_is_in_them(world: World, course: MadeCourse) -> None:
    learner = world.person()
    world.enroll(learner, course)
    found = json.dumps(taken_out(world, learner))
    assert not any(word in found for word in ("passwordHash", "$2b$", "totp", "searchText"))


def test_certificates_are_in_them_without_their_files(world: World, course: MadeCourse) -> None:
    learner = world.person(firstName="Asha")
    enable(course)
    completed(world, learner, course)
    [found] = taken_out(world, learner)["certificates"]
    assert (found["state"], found["facts"]["recipientName"]) == ("issued", "Asha Sharma")
    assert not {"pdf", "credential", "reason"} & set(found)


def test_nothing_tells_the_points_of_a_quiz_that_hides_them(world: World, teacher: Person, course: MadeCourse) -> None:
    learner = world.person()
    world.enroll(learner, course)
    questions = [asked(world, teacher, course, "truefalse"), asked(world, teacher, course, "truefalse")]
    quiz = make_quiz(world, teacher, course, *questions, reveal="never", passPercent=50)
    take(world, learner, quiz, (questions[0], True))
    found = taken_out(world, learner)
    [total] = found["courseGrades"]
    assert (total["passed"], {"points", "outOf", "percent"} & set(total)) == (True, set())
    assert "grades" not in found


def test_an_author_takes_out_their_courses(world: World, teacher: Person) -> None:
    world.draft(teacher, title="Knots")
    [course] = taken_out(world, teacher)["courses"]
    assert course["title"] == "Knots"
    assert not {"titleText", "descriptionText", "searchText"} & set(course)


def test_an_author_takes_out_what_stands_in_their_lessons(
    world: World, teacher: Person, course: MadeCourse, store: Store
) -> None:
    file = put_file(world, teacher, PDF, "Sheet.pdf")
    for body in (
        {"title": "Text", "kind": "text", "text": "<p>Over.</p>"},
        {"title": "File", "kind": "file", "filePublicId": file},
    ):
        world.post(f"/courses/addSubsection/{course.section}", body, by=teacher)
    make_quiz(world, teacher, course, asked(world, teacher, course, "truefalse"))
    assigned(world, teacher, course, rubric=RUBRIC)
    found = taken_out(world, teacher)
    [outline] = found["outlines"]
    video, text, sheet, quiz, work = outline["sections"][0]["lessons"][2:]
    assert (outline["course"], video["kind"], text["text"]) == (str(course.id), "video", "<p>Over.</p>")
    assert (sheet["file"], quiz["questions"][0]["key"]) == ("Sheet.pdf", {"holds": True})
    assert [each["id"] for each in work["rubric"]] == ["clear", "right"]
    assert file not in json.dumps(found)
    assert "videoPublicId" not in video


def test_what_they_were_called_in_another_account_is_in_them(world: World) -> None:
    kept, merged = world.person(), world.person(firstName="Aasha")
    merge(kept, merged)
    assert taken_out(world, kept)["mergedAccounts"] == [
        {"id": str(merged.id), "firstName": "Aasha", "lastName": "Sharma", "email": merged.email}
    ]


def test_they_are_for_their_owner_and_administrators_alone(world: World) -> None:
    learner = world.person()
    assert taken_out(world, learner, by=world.person("admin"))["users"][0]["email"] == learner.email
    assert refused(world.get(f"{OWN}/{learner.id}", by=world.person()))[0] in {403, 404}


def test_every_document_about_a_user_is_taken_out_or_has_a_reason() -> None:
    about = {
        name
        for name, collection in COLLECTIONS.items()
        for fields in get_args(collection.fields) or (collection.fields,)
        for hint in get_type_hints(fields, include_extras=True).values()
        if any(isinstance(each, Ref) and each.collection == "users" for each in getattr(hint, "__metadata__", ()))
    }
    given = {name for name, collection in COLLECTIONS.items() if collection.personal}
    assert about - given == set(NOT_TAKEN_OUT)
