"""Courses that change under those who attend them."""

from typing import Any

import pytest

from lms.models.authoring.sections import sections
from tests.world import MadeCourse, Person, World, refused

UPDATE = "/profile/updateCourseProgress"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.draft(teacher, lessons=3, status="published")


@pytest.fixture
def learner(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


def complete(world: World, course: MadeCourse, learner: Person, *places: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for place in places:
        body = {"subsectionId": str(course.lessons[place].id), "completed": True}
        data = world.post(f"{UPDATE}/{course.id}", body, by=learner).json["data"]
    return data


def progress(world: World, course: MadeCourse, learner: Person) -> tuple[int, int, Any]:
    """Percent, completed lessons and the time of completion, the same wherever they are shown."""
    full = world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).json["data"]
    [card] = world.get("/profile/getEnrolledCourses/me", by=learner).json["data"]
    assert card["progressPercentage"] == full["progressPercentage"]
    return full["progressPercentage"], len(full["completedVideos"]), full["completedAt"]


def add_lesson(world: World, course: MadeCourse, by: Person) -> str:
    body = {"title": "More", "videoPublicId": world.video(by)}
    answer = world.post(f"/courses/addSubsection/{course.section}", body, by=by)
    added: str = answer.json["data"][0]["subsections"][-1]["id"]
    return added


def remove_lesson(world: World, course: MadeCourse, by: Person, place: int) -> None:
    assert world.delete(f"/courses/deleteSubsection/{course.lessons[place].id}", by=by).status_code == 200


def test_a_new_lesson_leaves_a_finished_course_finished(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    finished_at = complete(world, course, learner, 0, 1, 2)["completedAt"]
    assert progress(world, course, learner) == (100, 3, finished_at)
    added = add_lesson(world, course, teacher)
    assert progress(world, course, learner) == (75, 3, finished_at)
    answer = world.post(f"{UPDATE}/{course.id}", {"subsectionId": added, "position": 1}, by=learner)
    assert answer.json["data"]["completedAt"] == finished_at
    world.post(f"{UPDATE}/{course.id}", {"subsectionId": added, "completed": True}, by=learner)
    assert progress(world, course, learner) == (100, 4, finished_at)


def test_a_removed_lesson_never_shows_more_than_all(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    finished_at = complete(world, course, learner, 0, 1, 2)["completedAt"]
    for place, left in ((0, 2), (2, 1)):
        remove_lesson(world, course, teacher, place)
        assert progress(world, course, learner) == (100, left, finished_at)
    add_lesson(world, course, teacher)
    assert progress(world, course, learner) == (50, 1, finished_at)


def test_removing_a_whole_section_is_no_different(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    rest = sections.add(course.id, "Rest")
    complete(world, course, learner, 0)
    world.lesson(course.id, rest)
    world.delete(f"/courses/deleteSection/{course.section}", by=teacher)
    assert progress(world, course, learner) == (0, 0, None)


def test_the_last_lesson_that_is_left_to_do_finishes_the_course(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    complete(world, course, learner, 0)
    remove_lesson(world, course, teacher, 1)
    assert complete(world, course, learner, 2)["completedAt"] is not None
    assert progress(world, course, learner)[:2] == (100, 2)


def test_a_player_that_still_shows_a_removed_lesson_is_told_so(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    gone = course.lessons[1].id
    address = world.get(f"/courses/playback/{gone}", by=learner).json["data"]["url"]
    path = address[address.index("/api") :]
    assert world.get(path).status_code == 302
    remove_lesson(world, course, teacher, 1)
    for answer in (
        world.post(f"{UPDATE}/{course.id}", {"subsectionId": str(gone), "position": 5}, by=learner),
        world.get(f"/courses/playback/{gone}", by=learner),
        world.get(path),
    ):
        assert refused(answer) == (404, "lesson_not_found")
        assert answer.json["message"] == "There is no such lesson."


def test_moved_and_renamed_lessons_keep_their_progress(
    world: World, teacher: Person, course: MadeCourse, learner: Person
) -> None:
    complete(world, course, learner, 0)
    rest = str(sections.add(course.id, "Rest"))
    first, second, third = [str(lesson.id) for lesson in course.lessons]
    order = [{"id": rest, "subsections": [third, first]}, {"id": str(course.section), "subsections": [second]}]
    assert world.put(f"/courses/reorder/{course.id}", {"sections": order}, by=teacher).status_code == 200
    world.put(
        f"/courses/updateSubsection/{first}", {"title": "Other", "videoPublicId": world.video(teacher)}, by=teacher
    )
    assert progress(world, course, learner) == (33, 1, None)


def test_progress_and_a_removal_at_once_both_happen(world: World, teacher: Person) -> None:
    for _ in range(5):
        course, learner = world.draft(teacher, lessons=2, status="published"), world.person()
        world.enroll(learner, course)
        complete(world, course, learner, 0)
        told, removed = world.together(
            ("POST", f"{UPDATE}/{course.id}", {"subsectionId": str(course.lessons[1].id), "completed": True}, learner),
            ("DELETE", f"/courses/deleteSubsection/{course.lessons[1].id}", None, teacher),
        )
        assert removed.status_code == 200
        assert told.status_code in (200, 404)
        assert progress(world, course, learner)[:2] == (100, 1)
