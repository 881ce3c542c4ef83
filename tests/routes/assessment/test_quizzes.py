from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import upkeep
from lms.controllers.catalogue import purge
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from tests.assessing import (  # noqa: F401
    Asked,
    asked,
    begin,
    course_of_one_lesson,
    given,
    learner_who_attends,
    make_quiz,
    save,
    single_choice,
    take,
)
from tests.world import MadeCourse, Person, World, faults, refused


def wire(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"


def change(world: World, teacher: Person, quiz: str, revision: int = 1, **fields: Any) -> Any:
    return world.put(f"/assessments/quiz/{quiz}", {"revision": revision, **fields}, by=teacher)


def test_a_quiz_is_a_lesson(world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked) -> None:
    quiz = make_quiz(world, teacher, course, single, title="The end", minutes=20, required=False)
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]["subsections"]
    lesson = outline[-1]
    assert (lesson["title"], lesson["kind"], lesson["required"], lesson["assessmentId"]) == (
        "The end",
        "quiz",
        False,
        quiz,
    )
    to_author = world.get(f"/assessments/quiz/{quiz}", by=teacher).json["data"]
    assert to_author["items"] == [{"question": single.id}]
    to_learner = world.get(f"/assessments/quiz/{quiz}", by=learner).json["data"]
    assert (to_learner["questions"], to_learner["attemptsLeft"], to_learner["made"]) == (1, 1, [])
    assert not {"items", "revision"} & set(to_learner)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"items": []}, (400, "no_questions")),
        ({"items": [{"draw": {"tags": ["loops"], "count": 2}}]}, (400, "draw_too_large")),
        ({"items": [{"question": str(ObjectId())}]}, (400, "validation_failed")),
        ({"items": [{}]}, (400, "validation_failed")),
        ({"items": [{"draw": {"tags": [], "count": 200}}, {"draw": {"count": 1}}]}, (400, "validation_failed")),
        ({"revealWhen": "closed"}, (400, "validation_failed")),
        ({"opensAt": wire(now()), "closesAt": wire(now() - timedelta(hours=1))}, (400, "validation_failed")),
        ({"closesAt": "2037-01-01T10:00"}, (400, "validation_failed")),
        ({"attempts": 0}, (400, "validation_failed")),
        ({"attempts": 101}, (400, "validation_failed")),
        ({"passPercent": 101}, (400, "validation_failed")),
    ],
)
def test_rules_that_cannot_be_are_refused(
    world: World, teacher: Person, course: MadeCourse, single: Asked, fields: dict[str, Any], refusal: tuple[int, str]
) -> None:
    body = {"title": "A quiz", "items": [{"question": single.id}], **fields}
    answer = world.post(f"/assessments/quizzes/{course.section}", body, by=teacher)
    assert refused(answer) == refusal
    assert (quizzes.count({}), subsections.count({"kind": "quiz"})) == (0, 0)


def test_a_question_is_named_once_and_is_the_courses_own(
    world: World, teacher: Person, course: MadeCourse, single: Asked
) -> None:
    foreign = asked(world, teacher, world.course(teacher), "text")
    for items in ([single, single], [single, foreign]):
        body = {"title": "A quiz", "items": [{"question": each.id} for each in items]}
        assert faults(world.post(f"/assessments/quizzes/{course.section}", body, by=teacher)) == {"items"}


def test_questions_are_drawn_by_their_tags(world: World, teacher: Person, course: MadeCourse, learner: Person) -> None:
    for tag in ("loops", "loops", "loops", "lists"):
        asked(world, teacher, course, "truefalse", tags=[tag])
    items = [{"draw": {"tags": ["Loops"], "count": 2, "points": 300}}]
    quiz = make_quiz(world, teacher, course, items=items)
    attempt = begin(world, learner, quiz)
    assert [each["points"] for each in attempt["paper"]] == [300, 300]
    assert len({each["id"] for each in attempt["paper"]}) == 2


def test_what_is_not_named_stays_and_none_takes_an_end_away(
    world: World, teacher: Person, course: MadeCourse, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single, minutes=20, weight=5)
    items = [{"draw": {"count": 1}}]
    changed = change(world, teacher, quiz, minutes=None, title="Another", items=items).json["data"]
    assert changed["items"] == [{"draw": {"tags": [], "count": 1}}]
    assert (changed["minutes"], changed["weight"], changed["title"], changed["revision"]) == (None, 5, "Another", 2)
    assert refused(change(world, teacher, quiz, weight=1)) == (409, "changed_meanwhile")
    assert refused(change(world, world.person("instructor"), quiz, weight=1)) == (404, "quiz_not_found")


def test_papers_stay_as_they_were_at_the_start(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    attempt = begin(world, learner, quiz)
    question = world.get(f"/assessments/questions/{course.id}", by=teacher).json["data"][0]
    edited = {name: question[name] for name in ("kind", "choices", "key", "revision")}
    world.put(f"/assessments/question/{single.id}", {**edited, "body": "Edited"}, by=teacher)
    other = asked(world, teacher, course, "text")
    change(world, teacher, quiz, items=[{"question": other.id}])
    shown = world.get(f"/assessments/attempts/{attempt['id']}", by=learner).json["data"]
    assert shown["paper"] == attempt["paper"]


def test_running_clocks_and_grades_follow_changed_rules(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    questions = [asked(world, teacher, course, kind) for kind in ("truefalse", "number")]
    quiz = make_quiz(world, teacher, course, *questions, minutes=60, attempts=None, passPercent=60)
    half = take(world, learner, quiz, (questions[0], True))
    assert (half["percent"], half["passed"]) == (50, False)
    attempt = begin(world, learner, quiz)
    closes = now() + timedelta(minutes=5)
    change(world, teacher, quiz, closesAt=wire(closes), passPercent=50)
    world.run_jobs()
    shown = world.get(f"/assessments/attempts/{attempt['id']}", by=learner).json["data"]
    assert shown["dueAt"][:19] == wire(closes)[:19]
    assert grades.find({})[0]["passed"] is True
    assert quiz_attempts.find({"number": 1})[0]["passed"] is True


def test_rules_are_applied_in_rounds(
    world: World, teacher: Person, course: MadeCourse, single: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = make_quiz(world, teacher, course, single, passPercent=100)
    for _ in range(3):
        person = world.person()
        world.enroll(person, course)
        take(world, person, quiz, (single, single.wrong))
    monkeypatch.setattr("lms.controllers.assessment.upkeep.within_a_round", lambda items: items[:1])
    change(world, teacher, quiz, passPercent=0)
    world.run_jobs()
    assert grades.count({"passed": True}) == 3


def test_which_attempt_counts_is_the_quizs_to_say(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    questions = [asked(world, teacher, course, kind) for kind in ("truefalse", "number", "text")]
    counted = {}
    for keeps in ("best", "last", "average"):
        quiz = make_quiz(world, teacher, course, *questions, attempts=None, keeps=keeps)
        take(world, learner, quiz, *((each, each.right) for each in questions[:2]))
        take(world, learner, quiz, (questions[0], questions[0].right))
        counted[keeps] = grades.get({"assessment": ObjectId(quiz)})["points"]  # type: ignore[index]
    assert counted == {"best": 200, "last": 100, "average": 150}


def test_essays_wait_for_a_person(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    essay = asked(world, teacher, course, "essay", points=900)
    quiz = make_quiz(world, teacher, course, single, essay)
    done = take(world, learner, quiz, (single, single.right), (essay, "Because <it> is."))
    assert (done["state"], done["score"], done["passed"]) == ("grading", None, None)
    assert grades.count({}) == 0
    queue = world.get(f"/assessments/quiz/{quiz}/attempts?state=grading", by=teacher).json["data"]
    assert [(each["id"], each["learner"]["id"]) for each in queue] == [(done["id"], str(learner.id))]
    assert queue[0]["learner"]["name"].endswith(" Sharma")
    path = f"/assessments/attempts/{done['id']}/marks"
    revision = world.get(f"/assessments/attempts/{done['id']}", by=teacher).json["data"]["revision"]
    mark = {"questionId": essay.id, "points": 700, "note": "Well seen."}
    too_much = {"marks": [{**mark, "points": 901}], "revision": revision}
    assert faults(world.put(path, too_much, by=teacher)) == {f"marks.{essay.id}"}
    foreign = {"marks": [{**mark, "questionId": str(ObjectId())}], "revision": revision}
    assert refused(world.put(path, foreign, by=teacher)) == (400, "not_of_this_paper")
    body = {"marks": [mark], "revision": revision}
    answers = world.together(("PUT", path, body, teacher), ("PUT", path, body, teacher))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    shown = world.get(f"/assessments/attempts/{done['id']}", by=learner).json["data"]
    assert (shown["state"], shown["score"], shown["percent"]) == ("graded", 800, 80)
    assert next(each["note"] for each in shown["paper"] if each["id"] == essay.id) == "Well seen."
    assert grades.find({})[0]["points"] == 800
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to(learner.email)] == ["Your quiz has been marked"]


def test_an_open_attempt_cannot_be_marked(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    attempt = begin(world, learner, make_quiz(world, teacher, course, single))["id"]
    body = {"marks": [{"questionId": single.id, "points": 1}], "revision": 1}
    assert refused(world.put(f"/assessments/attempts/{attempt}/marks", body, by=teacher)) == (409, "not_markable")


def test_an_attempt_that_is_annulled_is_given_back_and_its_grade_ends(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    done = take(world, learner, quiz, (single, single.right))
    path = f"/assessments/attempts/{done['id']}/annul"
    assert world.post(path, {"reason": "The power failed."}, by=teacher).status_code == 200
    assert refused(world.post(path, {"reason": "Again."}, by=teacher)) == (409, "attempt_ended")
    assert grades.count({}) == 0
    shown = world.get(f"/assessments/attempts/{done['id']}", by=learner).json["data"]
    assert (shown["state"], shown["score"], shown["annulled"]["reason"]) == ("annulled", None, "The power failed.")
    world.run_jobs()
    assert "The power failed." in world.inbox.to(learner.email)[-1].text
    second = begin(world, learner, quiz)
    assert second["number"] == 2
    assert world.post(f"/assessments/attempts/{second['id']}/annul", {"reason": "x"}, by=teacher).status_code == 200
    answer = save(world, learner, second["id"], given(single, single.right))
    assert refused(answer) == (409, "attempt_ended")


def test_the_nightly_proof_mends_what_is_otherwise(
    world: World,
    teacher: Person,
    course: MadeCourse,
    learner: Person,
    single: Asked,
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    take(world, learner, quiz, (single, single.right))
    upkeep.prove_grades()
    world.run_jobs()
    assert "grade_mended" not in capsys.readouterr().out
    from lms.models.assessment.course_grades import course_grades

    grades.raw.update_one({}, {"$set": {"raw": 7, "points": 7}})
    course_grades.raw.update_one({}, {"$set": {"percent": 3}})
    upkeep.prove_grades()
    world.run_jobs()
    assert grades.find({})[0]["points"] == 100
    assert course_grades.find({})[0]["percent"] == 100
    grades.raw.delete_many({})
    course_grades.raw.update_one({}, {"$set": {"percent": 3}})
    upkeep.prove_grades()
    upkeep.prove_course_grades(ObjectId("0" * 24))
    assert capsys.readouterr().out.count("grade_mended") >= 2
    assert grades.find({})[0]["points"] == 100
    assert course_grades.find({})[0]["percent"] == 100
    assert quiz == str(grades.find({})[0]["assessment"])


def test_what_belongs_to_a_quiz_ends_with_its_lesson_and_the_bank_with_its_course(
    world: World, teacher: Person, course: MadeCourse, learner: Person, single: Asked
) -> None:
    quiz = make_quiz(world, teacher, course, single)
    take(world, learner, quiz, (single, single.right))
    long_ago = {"deletedAt": now() - timedelta(days=31), "deletedBy": teacher.id}
    subsections.raw.update_one({"assessment": ObjectId(quiz)}, {"$set": long_ago})
    purge.purge_deleted()
    assert [each.raw.count_documents({}) for each in (quizzes, quiz_attempts, grades)] == [0, 0, 0]
    assert questions.count({}) == 1
    courses.raw.update_one({"_id": course.id}, {"$set": long_ago})
    purge.purge_deleted()
    assert [each.raw.count_documents({}) for each in (questions, question_versions)] == [0, 0]
