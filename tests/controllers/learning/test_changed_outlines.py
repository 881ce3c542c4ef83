import pytest

from lms.controllers.learning import changed_outlines
from lms.models.assessment.course_grades import course_grades
from lms.models.learning.course_progress import course_progress
from tests import handing_in
from tests.certificates import enable, held
from tests.world import MadeCourse, Person, World


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    """Has completed all lessons but the last."""
    person = world.person()
    world.enroll(person, course)
    for lesson in course.lessons[:-1]:
        form = {"subsectionId": str(lesson.id), "completed": True}
        assert world.post(f"/profile/updateCourseProgress/{course.id}", form, by=person).status_code == 200
    return person


@pytest.mark.parametrize("how", ["deleted", "optional"])
def test_who_has_all_that_a_course_still_takes_has_completed_it(
    world: World, teacher: Person, course: MadeCourse, learner: Person, how: str
) -> None:
    enable(course)
    last = course.lessons[-1].id
    if how == "deleted":
        world.delete(f"/courses/deleteSubsection/{last}", by=teacher)
    else:
        assert world.put(f"/courses/updateSubsection/{last}", {"required": False}, by=teacher).status_code == 200
    world.run_jobs()
    found = course_progress.of_learner(learner.id, course.id)
    assert found is not None
    assert found["completedAt"]
    assert held(learner, course)["state"] == "issued"


def test_who_lacks_one_that_it_takes_has_not(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    world.delete(f"/courses/deleteSubsection/{course.lessons[0].id}", by=teacher)
    world.run_jobs()
    found = course_progress.of_learner(learner.id, course.id)
    assert found is not None
    assert found["completedAt"] is None


def test_the_grade_of_a_course_follows_weights_and_what_is_left(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    tasks = [handing_in.assigned(world, teacher, course, outOf=100) for _ in range(2)]
    for task, points in zip(tasks, (100, 40), strict=True):
        work = handing_in.handed_in(world, learner, task)
        assert handing_in.grade(world, teacher, work, points=points).status_code == 200
        handing_in.release(world, teacher, task)

    def percent() -> int:
        world.run_jobs()
        total = course_grades.of(course.id, learner.id)
        assert total is not None
        return total["percent"]

    assert percent() == 70
    assert handing_in.edit(world, teacher, tasks[0], weight=3).status_code == 200
    assert percent() == 85
    world.delete(f"/courses/deleteSubsection/{tasks[1]['lessonId']}", by=teacher)
    assert percent() == 100


def test_many_learners_are_looked_at_in_rounds(
    world: World, teacher: Person, course: MadeCourse, learner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.enroll(world.person(), course)
    monkeypatch.setattr(changed_outlines, "AT_A_TIME", 1)
    other = world.person()
    world.enroll(other, course)
    for lesson in course.lessons[:-1]:
        form = {"subsectionId": str(lesson.id), "completed": True}
        world.post(f"/profile/updateCourseProgress/{course.id}", form, by=other)
    world.delete(f"/courses/deleteSubsection/{course.lessons[-1].id}", by=teacher)
    world.run_jobs()
    assert course_progress.count({"course": course.id, "completedAt": {"$ne": None}}) == 2
