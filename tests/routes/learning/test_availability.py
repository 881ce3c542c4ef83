"""Lessons and sections that open later: the outline says so, and nothing that opens them does so before."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bson import ObjectId
from werkzeug.test import TestResponse

from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from tests.world import MadeCourse, Person, World, faults, refused

EDIT = "/courses/updateSubsection"
SECTION = "/courses/updateSection"
UPDATE = "/profile/updateCourseProgress"


def opens(world: World, teacher: Person, lesson: Any, **conditions: Any) -> TestResponse:
    return world.put(f"{EDIT}/{lesson}", {"opens": conditions}, by=teacher)


def ids(course: MadeCourse) -> list[str]:
    return [str(lesson.id) for lesson in course.lessons]


def locks(world: World, course: MadeCourse, by: Person) -> list[dict[str, Any] | None]:
    data = world.get(f"/courses/getFullCourseDetails/{course.id}", by=by).json["data"]
    return [lesson["locked"] for section in data["sections"] for lesson in section["subsections"]]


def say(world: World, course: MadeCourse, by: Person, *lessons: str) -> TestResponse:
    at = f"{now().isoformat()}Z"
    told = [{"id": str(n), "subsectionId": each, "completed": True, "at": at} for n, each in enumerate(lessons)]
    return world.post(f"{UPDATE}/{course.id}", {"events": told}, by=by)


def test_a_lesson_opens_after_another_is_completed(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    _, second, third = ids(course)
    assert opens(world, teacher, third, afterLesson=second).status_code == 200
    after_second = {"opensAt": None, "after": [second], "reason": "Complete “A lesson” first."}
    assert locks(world, course, attending) == [None, None, after_second]
    assert locks(world, course, teacher) == [None, None, None]
    for address in (f"/courses/playback/{third}", f"/courses/lesson/{third}"):
        answer = world.get(address, by=attending)
        assert refused(answer) == (403, "lesson_locked")
        assert answer.json["message"] == "Complete “A lesson” first."
        assert world.get(address, by=teacher).status_code == 200
    assert refused(say(world, course, attending, third)) == (403, "lesson_locked")
    say(world, course, attending, second)
    assert locks(world, course, attending) == [None, None, None]
    assert world.get(f"/courses/playback/{third}", by=attending).status_code == 200
    assert say(world, course, attending, third).json["data"]["completedVideos"] == [second, third]


def test_the_outline_for_everyone_says_when_a_lesson_opens(world: World, teacher: Person, course: MadeCourse) -> None:
    first, second, _ = ids(course)
    opens(world, teacher, second, afterLesson=first, days=2, at="2027-03-01T12:00:00+05:30")
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]["subsections"]
    said = {"afterLesson": first, "afterSection": None, "days": 2, "at": "2027-03-01T06:30:00Z"}
    assert [lesson["opens"] for lesson in outline] == [None, said, None]


def test_a_preview_is_open_to_everyone_whatever_it_waits_for(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, second, _ = ids(course)
    opens(world, teacher, first, afterLesson=second)
    assert world.get(f"/courses/playback/{first}").status_code == 200
    assert world.get(f"/courses/playback/{first}", by=attending).status_code == 200


@pytest.mark.parametrize(("days", "ago", "open"), [(2, 1.9, False), (2, 2.1, True), (0, 0, True)])
def test_a_lesson_opens_days_after_enrolling(
    world: World, teacher: Person, course: MadeCourse, attending: Person, days: int, ago: float, open: bool
) -> None:
    enrolled_at = now() - timedelta(days=ago)
    enrollments.update({"user": attending.id}, {"$set": {"enrolledAt": enrolled_at}})
    _, second, _ = ids(course)
    opens(world, teacher, second, days=days)
    lock = locks(world, course, attending)[1]
    assert (lock is None) == open
    assert (world.get(f"/courses/playback/{second}", by=attending).status_code == 200) == open
    if lock:
        assert lock["reason"] == "This lesson opens later."
        shown = datetime.fromisoformat(lock["opensAt"]).replace(tzinfo=None)
        assert abs(shown - enrolled_at - timedelta(days=days)) < timedelta(seconds=1)


@pytest.mark.parametrize(("seconds", "open"), [(-1, True), (3600, False)])
def test_a_lesson_opens_on_a_date(
    world: World, teacher: Person, course: MadeCourse, attending: Person, seconds: int, open: bool
) -> None:
    _, second, _ = ids(course)
    opens(world, teacher, second, at=f"{(now() + timedelta(seconds=seconds)).isoformat()}Z")
    assert (locks(world, course, attending)[1] is None) == open
    assert (say(world, course, attending, second).status_code == 200) == open


def test_of_several_conditions_all_have_to_hold(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, second, _ = ids(course)
    opens(world, teacher, second, afterLesson=first, days=1)
    say(world, course, attending, first)
    lock = locks(world, course, attending)[1]
    assert lock is not None
    assert (lock["after"], lock["opensAt"] is not None) == ([], True)


def test_a_section_opens_after_the_required_lessons_of_another(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, second, third = ids(course)
    world.put(f"{EDIT}/{third}", {"required": False}, by=teacher)
    added = world.post(f"/courses/addSectionToACourse/{course.id}", {"sectionName": "End"}, by=teacher)
    end = added.json["data"][1]["id"]
    text = {"title": "Last", "kind": "text", "text": "<p>x</p>"}
    world.post(f"/courses/addSubsection/{end}", text, by=teacher)
    body = {"sectionName": "End", "opens": {"afterSection": str(course.section)}}
    assert world.put(f"{SECTION}/{end}", body, by=teacher).status_code == 200
    lock = locks(world, course, attending)[3]
    assert lock is not None
    assert (lock["after"], lock["reason"]) == ([first, second], "Complete “A lesson” and 1 more first.")
    say(world, course, attending, first, second)
    assert locks(world, course, attending)[3] is None
    renamed = world.put(f"{SECTION}/{end}", {"sectionName": "The end"}, by=teacher).json["data"][1]
    assert renamed["opens"]["afterSection"] == str(course.section)
    cleared = world.put(f"{SECTION}/{end}", {"sectionName": "End", "opens": {}}, by=teacher).json["data"][1]
    assert cleared["opens"] is None


def test_a_chain_is_not_opened_from_behind_and_one_offline_batch_opens_it_in_any_order(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, second, third = ids(course)
    opens(world, teacher, second, afterLesson=first)
    opens(world, teacher, third, afterLesson=second)
    assert refused(say(world, course, attending, third, second)) == (403, "lesson_locked")
    data = say(world, course, attending, third, second, first).json["data"]
    assert (data["completedVideos"], data["completedAt"] is not None) == ([first, second, third], True)


def test_what_is_said_of_locked_lessons_is_left_out_beside_what_is_open(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, _, third = ids(course)
    opens(world, teacher, third, days=5)
    assert say(world, course, attending, third, first).json["data"]["completedVideos"] == [first]


def test_a_lesson_that_was_deleted_holds_nobody_up(
    world: World, teacher: Person, course: MadeCourse, attending: Person
) -> None:
    first, second, _ = ids(course)
    opens(world, teacher, second, afterLesson=first)
    world.delete(f"/courses/deleteSubsection/{first}", by=teacher)
    assert locks(world, course, attending) == [None, None]


def test_lessons_that_wait_for_one_another_are_refused_and_nothing_changes(
    world: World, teacher: Person, course: MadeCourse
) -> None:
    first, second, third = ids(course)
    assert opens(world, teacher, second, afterLesson=first).status_code == 200
    assert opens(world, teacher, third, afterLesson=second).status_code == 200
    answer = opens(world, teacher, first, afterLesson=third)
    assert refused(answer) == (409, "opens_after_itself")
    assert "“A lesson”" in answer.json["message"]
    assert refused(opens(world, teacher, first, afterLesson=first)) == (409, "opens_after_itself")
    waiting = {"sectionName": "Beginning", "opens": {"afterLesson": first}}
    assert refused(world.put(f"{SECTION}/{course.section}", waiting, by=teacher)) == (409, "opens_after_itself")
    outline = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["sections"][0]
    assert (outline["opens"], outline["subsections"][0]["opens"]) == (None, None)


def test_moving_a_lesson_behind_what_waits_for_it_is_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    first, second, third = ids(course)
    body = {"sectionName": "End", "opens": {"afterSection": str(course.section)}}
    end = world.post(f"/courses/addSectionToACourse/{course.id}", body, by=teacher).json["data"][1]["id"]
    opens(world, teacher, second, afterLesson=first)
    order = [{"id": str(course.section), "subsections": [second, third]}, {"id": end, "subsections": [first]}]
    answer = world.put(f"/courses/reorder/{course.id}", {"sections": order}, by=teacher)
    assert refused(answer) == (409, "opens_after_itself")


def test_only_parts_of_the_course_can_be_waited_for(world: World, teacher: Person, course: MadeCourse) -> None:
    other = world.course(teacher)
    lesson = course.lessons[0].id
    new = {"sectionName": "End", "opens": {"afterSection": str(other.section)}}
    for answer, field in (
        (opens(world, teacher, lesson, afterLesson=str(other.lessons[0].id)), "opens.afterLesson"),
        (opens(world, teacher, lesson, afterSection=str(ObjectId())), "opens.afterSection"),
        (world.post(f"/courses/addSectionToACourse/{course.id}", new, by=teacher), "opens.afterSection"),
    ):
        assert refused(answer) == (404, "prerequisite_not_found")
        assert set(answer.json["errors"]) == {field}


@pytest.mark.parametrize(
    "wrong", [{"days": -1}, {"days": 1.5}, {"at": "2037-01-01"}, {"afterLesson": "x"}, {"before": 1}]
)
def test_conditions_that_say_nothing_are_refused(
    world: World, teacher: Person, course: MadeCourse, wrong: dict[str, Any]
) -> None:
    assert faults(opens(world, teacher, course.lessons[0].id, **wrong)) == {f"opens.{next(iter(wrong))}"}
