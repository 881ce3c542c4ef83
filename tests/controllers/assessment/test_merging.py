"""What one person has reached in quizzes and assignments with two accounts."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import grades as grade_controller
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.extensions import extensions
from lms.models.assessment.grades import Grade, grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.submissions import submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.learning.course_progress import course_progress
from tests.assessing import asked, begin, make_quiz, save, take
from tests.assessing import given as answered
from tests.handing_in import assigned, extend, grade, handed_in, queue, release, work
from tests.handing_in import save as save_draft
from tests.handing_in import submit as hand_in
from tests.merging import left_behind, looked_at, merge
from tests.world import MadeCourse, Person, World


@pytest.fixture
def two(world: World, course: MadeCourse) -> tuple[Person, Person]:
    both = world.person(firstName="Asha"), world.person(firstName="Aasha")
    for each in both:
        world.enroll(each, course)
    return both


def graded(assessment: str, person: Person) -> Grade:
    found = grades.of(ObjectId(assessment), person.id)
    assert found is not None
    return found


def passed(assessment: str, person: Person, course: MadeCourse) -> bool:
    lesson = subsections.get({"assessment": ObjectId(assessment)})
    found = course_progress.of_learner(person.id, course.id)
    return bool(lesson and found and lesson["_id"] in found["completed"])


def counted_anew(person: Person, course: MadeCourse) -> bool:
    """Whether the grade of the course is what counting it anew comes to."""
    before: Any = course_grades.of(course.id, person.id)
    grade_controller.refresh(course.id, person.id)
    return before == course_grades.of(course.id, person.id)


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(("keeps", "percent"), [("best", (100, 100)), ("last", (0, 100)), ("average", (50, 50))])
def test_attempts_of_both_count_together_by_the_quizs_rule_and_what_was_passed_stays_so(
    world: World,
    teacher: Person,
    course: MadeCourse,
    two: tuple[Person, Person],
    first: int,
    keeps: str,
    percent: tuple[int, int],
) -> None:
    (kept, merged), question = two, asked(world, teacher, course, "truefalse")
    quiz = make_quiz(world, teacher, course, question, keeps=keeps, passPercent=60, attempts=5)
    take(world, kept, quiz, (question, True))
    take(world, merged, quiz, (question, False))
    earlier = {"startedAt": now() - timedelta(days=1)}
    quiz_attempts.update({"user": two[first].id}, {"$set": earlier})
    [said] = [each for row in looked_at(kept, merged).rows if row.label == "Quiz attempts" for each in row.collisions]
    assert (said.about, said.decision.split(": ")[1]) == ("A quiz", f"the {keeps}.")
    merge(kept, merged)
    made = quiz_attempts.made(ObjectId(quiz), kept.id)
    assert [(each["number"], each["percent"]) for each in made] == [(1, (100, 0)[first]), (2, (0, 100)[first])]
    assert graded(quiz, kept)["percent"] == percent[first]
    assert passed(quiz, kept, course)
    assert (counted_anew(kept, course), left_behind(merged)) == (True, [])


def test_of_two_attempts_that_are_going_on_one_is_handed_in(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person]
) -> None:
    (kept, merged), question = two, asked(world, teacher, course, "truefalse")
    quiz = make_quiz(world, teacher, course, question)
    own, theirs = begin(world, kept, quiz)["id"], begin(world, merged, quiz)["id"]
    save(world, merged, theirs, answered(question, True))
    merge(kept, merged)
    ended = quiz_attempts.get({"_id": ObjectId(theirs)})
    assert ended is not None
    assert (ended["state"], ended["how"], graded(quiz, kept)["percent"]) == ("graded", "staff", 100)
    assert begin(world, kept, quiz)["id"] == own


@pytest.mark.parametrize("taking", [0, 1])
def test_an_attempt_that_is_going_on_goes_on_with_the_more_generous_time(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person], taking: int
) -> None:
    kept, merged = two
    quiz = make_quiz(world, teacher, course, asked(world, teacher, course, "truefalse"), minutes=10, attempts=1)
    for person, more in ((kept, {"extraMinutes": 5}), (merged, {"extraMinutes": 20, "extraAttempts": 1})):
        extend(world, teacher, {"id": quiz}, person, **more)
    begin(world, two[taking], quiz)
    merge(kept, merged)
    found = extensions.of(ObjectId(quiz), kept.id)
    assert found is not None
    assert (found["extraMinutes"], found["extraAttempts"], left_behind(merged)) == (20, 1, [])
    later = quiz_attempts.open_one(ObjectId(quiz), kept.id)
    assert later is not None
    assert later["dueAt"] == later["startedAt"] + timedelta(minutes=30)


def test_an_attempt_that_follows_has_the_time_of_who_is_left(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person]
) -> None:
    kept, merged = two
    quiz = make_quiz(world, teacher, course, asked(world, teacher, course, "truefalse"), minutes=10)
    extend(world, teacher, {"id": quiz}, kept, extraMinutes=5)
    begin(world, merged, quiz)
    merge(kept, merged)
    later = quiz_attempts.open_one(ObjectId(quiz), kept.id)
    assert later is not None
    assert later["dueAt"] == later["startedAt"] + timedelta(minutes=15)


def test_what_both_handed_in_follows_each_other(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person]
) -> None:
    (kept, merged), assignment = two, assigned(world, teacher, course, passPercent=50)
    first = handed_in(world, merged, assignment, "First.")
    handed_in(world, kept, assignment, "Second.")
    third = handed_in(world, merged, assignment, "Third.")
    merge(kept, merged)
    work_of = submissions.of(ObjectId(assignment["id"]), kept.id)
    assert [(each["number"], each["text"], each["state"]) for each in work_of] == [
        (3, "Third.", "submitted"),
        (2, "Second.", "replaced"),
        (1, "First.", "replaced"),
    ]
    assert [each.get("replaces") for each in work_of] == [work_of[1]["_id"], work_of[2]["_id"], None]
    assert first["id"] == str(work_of[2]["_id"])
    [waiting] = queue(world, teacher, assignment)["data"]
    assert waiting["id"] == third["id"]
    again = hand_in(world, kept, assignment, work(world, kept, assignment)["revision"], text="Fourth.")
    assert (again.status_code, left_behind(merged)) == (201, [])


def test_of_two_drafts_the_newest_stays(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person]
) -> None:
    (kept, merged), assignment = two, assigned(world, teacher, course)
    save_draft(world, kept, assignment, text="Older.")
    save_draft(world, merged, assignment, text="Newer.")
    [said] = [each for row in looked_at(kept, merged).rows if row.label == "Submissions" for each in row.collisions]
    assert (said.about, said.decision) == ("Knots", "Of two drafts the newest stays.")
    merge(kept, merged)
    mine = work(world, kept, assignment)
    assert submissions.count({}) == 1
    assert save_draft(world, kept, assignment, mine["revision"], text="Newest.").status_code == 200


@pytest.mark.parametrize("overridden", [False, True])
def test_the_better_grade_stays_unless_an_author_gave_one(
    world: World, teacher: Person, course: MadeCourse, two: tuple[Person, Person], overridden: bool
) -> None:
    (kept, merged), assignment = two, assigned(world, teacher, course, outOf=100, passPercent=50)
    for person, points in ((kept, 40), (merged, 80)):
        answer = grade(world, teacher, handed_in(world, person, assignment), points=points)
        assert answer.status_code == 200, answer.text
    release(world, teacher, assignment)
    if overridden:
        grade_controller.put_override(ObjectId(assignment["id"]), kept.id, 30, "Copied.", teacher.id)
    merge(kept, merged)
    found = graded(assignment["id"], kept)
    assert (found["percent"], found["revision"] > 1) == (30 if overridden else 80, True)
    assert passed(assignment["id"], kept, course)
    assert (grades.count({}), counted_anew(kept, course), left_behind(merged)) == (1, True, [])
