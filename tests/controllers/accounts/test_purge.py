import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId
from flask import Flask

from lms.controllers.catalogue import purge
from lms.controllers.catalogue.purge import purge_deleted
from lms.machinery.registry import scheduled
from lms.models.authoring.media import media
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from tests.sandbox.media import VIDEO, picture
from tests.world import MadeCourse, Person, World, served

DUE, ALMOST = timedelta(days=30, minutes=1), timedelta(days=29, hours=23)

DELETE = "/courses/deleteCourse"


@pytest.fixture
def store(app: Flask, settings: Callable[..., None], tmp_path: Path) -> Iterator[Path]:
    """The stand-in for the media store, and where it keeps what it is given."""
    settings(instance_dir=tmp_path)
    with served(app):
        yield tmp_path / "media"


def age(by: timedelta) -> None:
    """Let what is deleted have been so for this long."""
    moment = now() - by
    for part in (courses, sections, subsections):
        part.raw.update_many({"deletedAt": {"$exists": True}}, {"$set": {"deletedAt": moment}})


def left(course: MadeCourse) -> dict[str, int]:
    """How much there is of a course, deleted or not."""
    counts = {part.name: part.raw.count_documents({"course": course.id}) for part in (sections, subsections)}
    return {"courses": courses.raw.count_documents({"_id": course.id}), **counts}


def with_video(world: World, teacher: Person, course: MadeCourse, video: str) -> str:
    body = {"title": "Filmed", "videoPublicId": video}
    answer = world.post(f"/courses/addSubsection/{course.section}", body, by=teacher)
    lesson: str = answer.json["data"][0]["subsections"][-1]["id"]
    return lesson


def test_thirty_days_after_its_deletion_a_course_ends_with_all_that_went_with_it(world: World, teacher: Person) -> None:
    course, other, learner = world.draft(teacher, status="published"), world.draft(teacher), world.person()
    video = world.video(teacher)
    with_video(world, teacher, course, video)
    world.post(f"/courses/enroll/{course.id}", by=learner)
    world.post("/courses/createRating", {"courseId": str(course.id), "rating": 5}, by=learner)
    body = {"subsectionId": str(course.lessons[0].id), "completed": True}
    world.post(f"/profile/updateCourseProgress/{course.id}", body, by=learner)
    enrollments.update({"user": learner.id}, {"$set": {"status": "refunded"}})
    courses.count_student(course.id, -1)
    assert world.delete(f"{DELETE}/{course.id}", by=teacher).status_code == 200
    age(DUE)
    purge_deleted()
    assert left(course) == {"courses": 0, "sections": 0, "subsections": 0}
    assert (reviews.raw.count_documents({}), course_progress.count({})) == (0, 0)
    assert enrollments.count({"user": learner.id, "course": course.id}) == 1
    leaving = media.get({"_id": video})
    assert leaving is not None
    assert leaving["state"] == "removing"
    assert left(other) == {"courses": 1, "sections": 1, "subsections": 1}
    assert world.post(f"/courses/restoreCourse/{course.id}", by=teacher).status_code == 404
    assert world.get("/profile/getEnrolledCourses/me", by=learner).json["data"] == []


def test_until_then_all_of_it_stays_and_can_come_back(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    with_video(world, teacher, course, video := world.video(teacher))
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    age(ALMOST)
    purge_deleted()
    assert left(course) == {"courses": 1, "sections": 1, "subsections": 2}
    assert world.post(f"/courses/restoreCourse/{course.id}", by=teacher).status_code == 200
    age(DUE)
    purge_deleted()
    assert left(course) == {"courses": 1, "sections": 1, "subsections": 2}
    assert media.count({"_id": video, "state": "stored"}) == 1


def test_deleted_lessons_and_sections_of_a_live_course_end_too(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    videos = [world.video(teacher) for _ in range(3)]
    alone, moved, _ = [with_video(world, teacher, course, video) for video in videos]
    rest = sections.add(course.id, "Rest")
    subsections.edit(ObjectId(moved), {"section": rest})
    world.delete(f"/courses/deleteSubsection/{alone}", by=teacher)
    world.delete(f"/courses/deleteSection/{rest}", by=teacher)
    age(DUE)
    purge_deleted()
    assert left(course) == {"courses": 1, "sections": 1, "subsections": 2}
    assert [media.count({"_id": video, "state": "removing"}) for video in videos] == [1, 1, 0]
    assert subsections.count({"videoPublicId": videos[2]}) == 1


def test_a_video_that_another_lesson_shows_stays(world: World, teacher: Person) -> None:
    ending, staying, hidden = world.draft(teacher), world.draft(teacher), world.draft(teacher)
    shared, also_shared = world.video(teacher), world.video(teacher)
    for course, video in ((ending, shared), (staying, shared), (ending, also_shared), (hidden, also_shared)):
        with_video(world, teacher, course, video)
    world.delete(f"{DELETE}/{ending.id}", by=teacher)
    age(DUE)
    world.delete(f"{DELETE}/{hidden.id}", by=teacher)
    purge_deleted()
    assert left(ending)["courses"] == 0
    assert media.count({"state": "stored"}) == 2
    age(DUE)
    purge_deleted()
    assert [medium["_id"] for medium in media.find({"state": "stored"})] == [shared]


def test_a_course_restored_while_it_is_about_to_end_stays(
    world: World, teacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = world.draft(teacher)
    with_video(world, teacher, course, world.video(teacher))
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    age(DUE)
    purge_course = purge._purge_course

    def restored_first(due: Any) -> list[str | None]:
        assert world.post(f"/courses/restoreCourse/{course.id}", by=teacher).status_code == 200
        return purge_course(due)

    monkeypatch.setattr(purge, "_purge_course", restored_first)
    purge_deleted()
    assert left(course) == {"courses": 1, "sections": 1, "subsections": 2}
    assert subsections.count({"course": course.id}) == 2
    assert media.count({"state": "stored"}) == 1


def test_a_purge_that_ran_before_finds_nothing_more(world: World, teacher: Person) -> None:
    course = world.draft(teacher)
    with_video(world, teacher, course, world.video(teacher))
    world.delete(f"{DELETE}/{course.id}", by=teacher)
    age(DUE)
    for _ in range(2):
        purge_deleted()
    assert left(course) == {"courses": 0, "sections": 0, "subsections": 0}


def test_the_files_go_too_and_the_clock_sees_to_it(world: World, teacher: Person, store: Path) -> None:
    form: dict[str, Any] = {"title": "Knots", "thumbnail": (io.BytesIO(picture()), "a.png")}
    made = world.post("/courses/createCourse", by=teacher, data=form).json["data"]["id"]
    section = world.post(f"/courses/addSectionToACourse/{made}", {"sectionName": "S"}, by=teacher).json["data"][0]["id"]
    lesson: dict[str, Any] = {"title": "Bowline", "video": (io.BytesIO(VIDEO), "a.mp4")}
    assert world.post(f"/courses/addSubsection/{section}", by=teacher, data=lesson).status_code == 201
    assert (media.count({"state": "stored"}), files(store) != []) == (2, True)
    world.delete(f"{DELETE}/{made}", by=teacher)
    age(DUE)
    [entry] = [each for each in scheduled() if each.name == "courses.purge_deleted"]
    entry.promise()
    world.run_jobs()
    assert (media.count({"state": "stored"}), files(store), courses.raw.count_documents({})) == (0, [], 0)


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file() and path.name != "lock"]
