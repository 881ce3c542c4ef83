from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.assessment import grades as controller
from lms.controllers.assessment.grades import Marked
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import Grade, grades
from lms.models.base import now
from tests.world import MadeCourse, Person, World, at_once

ASSESSMENT = ObjectId()


def marked(course: MadeCourse, person: Person, **fields: Any) -> Marked:
    known: dict[str, Any] = {"assessment": ASSESSMENT, "kind": "assignment", "source": ObjectId(), "raw": 700}
    known |= {"out_of": 1000, "pass_percent": 60, "released_at": now()}
    return Marked(course=course.id, user=person.id, **{**known, **fields})


def kept(person: Person) -> Grade:
    grade = grades.of(ASSESSMENT, person.id)
    assert grade is not None
    return grade


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def test_a_grade_is_what_was_marked_less_the_penalty(world: World, course: MadeCourse, learner: Person) -> None:
    controller.record(marked(course, learner, penalty=150))
    grade = kept(learner)
    assert (grade["points"], grade["percent"], grade["passed"], grade["revision"]) == (550, 55, False, 1)


def test_a_penalty_takes_no_more_than_there_is(world: World, course: MadeCourse, learner: Person) -> None:
    assert controller.record(marked(course, learner, raw=100, penalty=200))["points"] == 0


def test_the_next_marking_leaves_nothing_of_the_one_before(world: World, course: MadeCourse, learner: Person) -> None:
    controller.record(marked(course, learner, details={"comment": "Good."}, releases_at=now()))
    controller.record(marked(course, learner, raw=900))
    grade = kept(learner)
    assert (grade["points"], grade["revision"]) == (900, 2)
    assert not {"comment", "releasesAt"} & set(grade)


def test_an_override_stays_above_what_is_marked_later_and_can_be_taken_back(
    world: World, course: MadeCourse, learner: Person
) -> None:
    assert controller.put_override(ASSESSMENT, learner.id, 1000) is None
    controller.record(marked(course, learner))
    controller.put_override(ASSESSMENT, learner.id, 950, "Shown in class.", learner.id)
    assert controller.record(marked(course, learner, raw=300))["points"] == 950
    back = controller.put_override(ASSESSMENT, learner.id, None)
    assert back is not None
    assert (back["points"], back["passed"], "override" in back) == (300, False, False)


def test_two_who_mark_at_once_leave_one_grade(world: World, course: MadeCourse, learner: Person) -> None:
    at_once([lambda raw=raw: controller.record(marked(course, learner, raw=raw)) for raw in (100, 200, 300, 400)])
    assert grades.count({}) == 1
    assert kept(learner)["revision"] == 4


def test_what_is_not_released_counts_nowhere_and_is_released_when_its_time_comes(
    world: World, course: MadeCourse, learner: Person
) -> None:
    later = now() + timedelta(hours=1)
    controller.record(marked(course, learner, released_at=None, releases_at=later))
    controller.release_due()
    assert kept(learner)["releasedAt"] is None
    grades.raw.update_one({}, {"$set": {"releasesAt": now()}})
    controller.release_due()
    assert kept(learner)["releasedAt"] is not None
    assert "releasesAt" not in kept(learner)
    assert controller.release(ASSESSMENT, learner.id) is False


def test_a_course_without_lessons_for_its_grades_has_none(world: World, course: MadeCourse, learner: Person) -> None:
    controller.record(marked(course, learner))
    assert course_grades.of(course.id, learner.id) is None


def test_a_grade_that_is_not_released_is_not_taken_out(world: World, course: MadeCourse, learner: Person) -> None:
    controller.record(marked(course, learner, raw=712, released_at=None))
    taken = world.get("/profile/ownData/me", by=learner).data
    assert b'"raw":' not in taken
    controller.release(ASSESSMENT, learner.id)
    assert b'"raw":712' in world.get("/profile/ownData/me", by=learner).data


def test_a_grade_ends_with_what_it_was_for(world: World, course: MadeCourse, learner: Person) -> None:
    controller.record(marked(course, learner))
    controller.withdraw(ASSESSMENT, learner.id)
    controller.withdraw(ASSESSMENT, learner.id)
    assert grades.count({}) == 0
