"""What authors are told of their quizzes, questions and assignments."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.analytics import assessment_figures
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import submissions
from lms.models.base import now
from tests import handing_in
from tests.assessing import asked, begin, given, make_quiz, move, save, submit, take
from tests.world import MadeCourse, Person, World, refused


@pytest.fixture
def learners(world: World, course: MadeCourse) -> list[Person]:
    people = [world.person() for _ in range(4)]
    for each in people:
        world.enroll(each, course)
    return people


def figures(world: World, teacher: Person, course: MadeCourse) -> dict[str, Any]:
    found: dict[str, Any] = world.get(f"/analytics/courses/{course.id}/assessments", by=teacher).json["data"]
    return found


def of_questions(world: World, teacher: Person, quiz: str) -> dict[str, dict[str, Any]]:
    found = world.get(f"/analytics/quizzes/{quiz}/questions", by=teacher).json["data"]
    return {each["id"]: each for each in found}


def test_a_quiz_by_its_attempts_and_its_grades(
    world: World, teacher: Person, course: MadeCourse, learners: list[Person]
) -> None:
    one, two = (asked(world, teacher, course, kind) for kind in ("truefalse", "text"))
    quiz = make_quiz(world, teacher, course, one, two, attempts=None, minutes=10)
    good, mended, poor, waits = learners
    times = {}
    for learner, answers in (
        (good, ((one, one.right), (two, two.right))),
        (mended, ((one, one.right), (two, two.wrong))),
        (mended, ((one, one.right), (two, two.right))),
        (poor, ((one, one.wrong),)),
    ):
        times[take(world, learner, quiz, *answers)["id"]] = learner
    for seconds, attempt in zip((30, 40, 70, 0), times, strict=True):
        found = quiz_attempts.get({"_id": ObjectId(attempt)})
        assert found is not None
        assert found["submittedAt"] is not None
        move(attempt, startedAt=found["submittedAt"] - timedelta(seconds=seconds))
    begin(world, waits, quiz)
    annulled = take(world, poor, quiz, (one, one.right), (two, two.right))["id"]
    assert (
        world.post(f"/assessments/attempts/{annulled}/annul", {"reason": "Not alone."}, by=teacher).status_code == 200
    )
    [told] = figures(world, teacher, course)["quizzes"]
    assert told.pop("id") == quiz
    assert ObjectId.is_valid(told.pop("lessonId"))
    assert told == {
        "title": "A quiz",
        "attempts": 4,
        "learners": 3,
        "waiting": 0,
        "medianSeconds": 35,
        "graded": 3,
        "averagePercent": 66.7,
        "passedShare": 0.667,
    }


def test_what_the_clock_ended_took_until_its_end(
    world: World, teacher: Person, course: MadeCourse, learners: list[Person]
) -> None:
    essay = asked(world, teacher, course, "essay")
    quiz = make_quiz(world, teacher, course, essay, minutes=5)
    attempt = take(world, learners[0], quiz, (essay, "Because."))["id"]
    moment = now()
    move(attempt, startedAt=moment - timedelta(minutes=6), dueAt=moment - timedelta(minutes=1), submittedAt=moment)
    [told] = figures(world, teacher, course)["quizzes"]
    assert (told["waiting"], told["medianSeconds"], told["graded"], told["averagePercent"]) == (1, 300, 0, None)
    assert of_questions(world, teacher, quiz) == {}


def test_questions_are_measured_on_first_attempts(
    world: World, teacher: Person, course: MadeCourse, learners: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (asked(world, teacher, course, kind) for kind in ("truefalse", "number", "multiple"))
    quiz = make_quiz(world, teacher, course, one, two, three, attempts=None)
    best, second, third, last = learners
    take(world, best, quiz, (one, one.right), (two, two.right), (three, three.right))
    take(world, second, quiz, (one, one.right), (two, two.right), (three, []))
    take(world, third, quiz, (one, one.right), (two, ""), (three, three.wrong))
    attempt = begin(world, last, quiz)["id"]
    save(world, last, attempt, given(one, one.wrong))
    save(world, last, attempt, given(one, None))
    submit(world, last, attempt)
    take(world, last, quiz, (one, one.right), (two, two.right), (three, three.right))
    found = of_questions(world, teacher, quiz)
    assert list(found) == [three.id, two.id, one.id]
    told = [(found[each.id]["answeredShare"], found[each.id]["difficulty"]) for each in (one, two, three)]
    assert told == [(0.75, 0.75), (0.5, 0.5), (0.5, 0.25)]
    # Shares of question two are 1, 1, 0, 0 and of its rest 1, 1/2, 1/2, 0.
    assert found[two.id]["discrimination"] == 0.707
    assert {each["asked"] for each in found.values()} == {4}
    assert (found[one.id]["kind"], found[one.id]["body"]) == ("truefalse", "A truefalse question?")
    monkeypatch.setattr(assessment_figures, "FIRST", [*assessment_figures.FIRST[:-1], {"$limit": 2}])
    assert {(each["asked"], each["difficulty"]) for each in of_questions(world, teacher, quiz).values()} == {
        (2, 0.5),
        (2, 0),
    }


def test_an_assignment_by_what_was_handed_in(
    world: World, teacher: Person, course: MadeCourse, learners: list[Person]
) -> None:
    made = handing_in.assigned(world, teacher, course, outOf=1000)
    graded, replaced, late, drafts = learners
    handing_in.grade(world, teacher, handing_in.handed_in(world, graded, made), points=750)
    for text in ("A page.", "A better page."):
        handing_in.handed_in(world, replaced, made, text)
    sent = handing_in.handed_in(world, late, made)
    since = now() - timedelta(days=3)
    since = since.replace(microsecond=0)
    submissions.raw.update_one({"_id": ObjectId(sent["id"])}, {"$set": {"lateBy": 60, "submittedAt": since}})
    handing_in.save(world, drafts, made, text="Not yet.")
    [told] = figures(world, teacher, course)["assignments"]
    assert told.pop("id") == made["id"]
    assert told == {
        "lessonId": made["lessonId"],
        "title": "Knots",
        "submissions": 4,
        "learners": 3,
        "waiting": 2,
        "waitingSince": f"{since.isoformat()}Z",
        "lateShare": 0.25,
        "graded": 1,
        "averagePercent": 75.0,
        "passedShare": 1.0,
    }


def test_nothing_was_done_yet(world: World, teacher: Person, course: MadeCourse) -> None:
    assert figures(world, teacher, course) == {"quizzes": [], "assignments": []}
    quiz = make_quiz(world, teacher, course, asked(world, teacher, course, "single"))
    handing_in.assigned(world, teacher, course)
    told = figures(world, teacher, course)
    [of_quiz], [of_assignment] = told["quizzes"], told["assignments"]
    assert (of_quiz["attempts"], of_quiz["medianSeconds"], of_quiz["passedShare"]) == (0, None, None)
    assert (of_assignment["submissions"], of_assignment["waitingSince"], of_assignment["lateShare"]) == (0, None, None)
    assert of_questions(world, teacher, quiz) == {}


def test_a_quiz_of_others_has_no_figures(world: World, teacher: Person, course: MadeCourse) -> None:
    quiz = make_quiz(world, teacher, course, asked(world, teacher, course, "single"))
    answer = world.get(f"/analytics/quizzes/{quiz}/questions", by=world.person("instructor"))
    assert refused(answer) == (404, "quiz_not_found")
