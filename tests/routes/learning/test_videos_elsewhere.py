"""A lesson whose video is not at our media store: who watches it is led there, and nobody is told where that is."""

from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from lms.controllers.authoring import sellable
from lms.controllers.learning import playbacks
from lms.errors import LessonLocked, LessonNotFound, NotEnrolled, NotSignedIn, PlaybackEnded
from lms.models.accounts.sessions import Caller, sessions
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.results import Redirect
from tests.world import MadeCourse, Person, World, refused

PROGRESS = "/profile/updateCourseProgress"
ELSEWHERE = "https://videos.example.com/one.mp4?key=secret"


@pytest.fixture(name="course")
def course_elsewhere(world: World, teacher: Person) -> MadeCourse:
    """Of three lessons whose videos are elsewhere, and nobody knows how long they are; the first is a preview."""
    course = world.draft(teacher, lessons=3)
    fields = {"videoPublicId": None, "videoUrl": ELSEWHERE, "duration": 0}
    subsections.raw.update_many({"course": course.id}, {"$set": fields})
    courses.raw.update_one({"_id": course.id}, {"$set": {"status": "published", "totalDuration": 0}})
    return course


def caller(person: Person) -> Caller:
    return Caller(person.id, "student", person.session_id)


def watch(by: Person | None, course: MadeCourse, page: ObjectId, place: int = 1) -> str:
    """Where somebody is led from a lasting address."""
    found = playbacks.watch(caller(by) if by else None, course.lessons[place].id, page, range(10))
    assert isinstance(found, Redirect)
    return found.address


def test_its_course_can_be_sold(world: World, course: MadeCourse) -> None:
    found = courses.get({"_id": course.id})
    assert found is not None
    assert sellable.lacking(found) == {}
    subsections.edit(course.lessons[0].id, {"videoUrl": None})
    assert set(sellable.lacking(found)) == {f"subsections.{course.lessons[0].id}"}


def test_the_address_that_is_given_is_ours_and_asks_each_time(
    world: World, attending: Person, course: MadeCourse
) -> None:
    given = world.get(f"/courses/playback/{course.lessons[1].id}", by=attending)
    assert "videos.example.com" not in given.text
    parts = urlsplit(given.json["data"]["url"])
    address = f"{parts.path}?{parts.query}"
    for wanted in ({}, {"Range": "bytes=0-"}):
        led = world.get(address, headers=wanted)
        assert (led.status_code, led.headers["Location"], led.headers["Cache-Control"]) == (302, ELSEWHERE, "no-store")
    enrollments.update({"user": attending.id}, {"$set": {"status": "refunded"}})
    assert refused(world.get(address)) == (403, "not_enrolled")
    sessions.end(attending.session_id, attending.id)
    assert refused(world.get(address)) == (403, "playback_ended")


def test_nobody_is_told_where_it_is(
    world: World, teacher: Person, attending: Person, admin: Person, course: MadeCourse
) -> None:
    lesson = course.lessons[1].id
    asked = [
        (None, f"/courses/getCourseDetails/{course.id}"),
        (None, "/courses/getAllCourses"),
        *(
            (by, f"/courses/{path}")
            for by in (teacher, attending, admin)
            for path in (f"lesson/{lesson}", f"playback/{lesson}")
        ),
        (attending, f"/courses/getFullCourseDetails/{course.id}"),
        (teacher, f"/courses/getFullCourseDetails/{course.id}"),
        (attending, "/profile/ownData/me"),
        (teacher, "/profile/ownData/me"),
    ]
    for person, path in asked:
        answer = world.get(path, by=person)
        assert answer.status_code == 200, path
        assert "videos.example.com" not in answer.text
    told = world.put(f"/courses/updateSubsection/{lesson}", {"title": "Anew"}, by=teacher)
    assert told.status_code == 200
    assert "videos.example.com" not in told.text


def test_a_video_that_is_uploaded_replaces_it(world: World, teacher: Person, course: MadeCourse) -> None:
    lesson, video = course.lessons[1].id, world.video(teacher, 95)
    world.put(f"/courses/updateSubsection/{lesson}", {"title": "Anew"}, by=teacher)
    kept = subsections.get({"_id": lesson})
    assert kept is not None
    assert (kept["videoUrl"], kept["videoPublicId"]) == (ELSEWHERE, None)
    answer = world.put(f"/courses/updateSubsection/{lesson}", {"videoPublicId": video}, by=teacher)
    assert answer.status_code == 200
    kept = subsections.get({"_id": lesson})
    assert kept is not None
    assert (kept["videoUrl"], kept["videoPublicId"], kept["duration"]) == (None, video, 95)


def test_its_learner_says_when_it_is_watched(world: World, attending: Person, course: MadeCourse) -> None:
    for place, percent in ((0, 33), (1, 66), (2, 100)):
        body = {"subsectionId": str(course.lessons[place].id), "position": 700}
        unsaid = world.post(f"{PROGRESS}/{course.id}", body, by=attending)
        assert unsaid.json["data"]["progressPercentage"] < percent
        said = world.post(f"{PROGRESS}/{course.id}", {**body, "completed": True}, by=attending)
        assert said.json["data"]["progressPercentage"] == percent
    assert said.json["data"]["completedAt"] is not None


class TestALastingAddress:
    """What `playbacks.watch` says to who has one."""

    def test_leads_whoever_may_watch(
        self, world: World, teacher: Person, attending: Person, course: MadeCourse
    ) -> None:
        page = ObjectId()
        assert watch(attending, course, page) == ELSEWHERE
        assert watch(None, course, page, place=0) == ELSEWHERE
        owner = Caller(teacher.id, "instructor", teacher.session_id)
        assert isinstance(playbacks.watch(owner, course.lessons[1].id, page, None), Redirect)
        for person, met in ((None, NotSignedIn), (world.person(), NotEnrolled)):
            with pytest.raises(met):
                watch(person, course, page)
        with pytest.raises(LessonNotFound):
            playbacks.watch(caller(attending), ObjectId(), page, None)

    def test_does_not_open_what_opens_later(self, world: World, attending: Person, course: MadeCourse) -> None:
        opens = {"afterLesson": course.lessons[0].id, "afterSection": None, "days": None, "at": None}
        subsections.edit(course.lessons[1].id, {"opens": opens})
        courses.raw.update_one({"_id": course.id}, {"$set": {"restricted": True}})
        with pytest.raises(LessonLocked):
            watch(attending, course, ObjectId())

    def test_plays_on_the_newest_two_pages(self, world: World, attending: Person, course: MadeCourse) -> None:
        first, second, third = (ObjectId() for _ in range(3))
        for place in (1, 2, 1):
            watch(attending, course, first, place)
        watch(attending, course, second)
        watch(attending, course, first)
        watch(attending, course, third)
        with pytest.raises(PlaybackEnded):
            watch(attending, course, first)
        for page in (second, third):
            assert watch(attending, course, page) == ELSEWHERE

    def test_shares_the_two_with_addresses_that_end(self, world: World, attending: Person, course: MadeCourse) -> None:
        page = ObjectId()
        watch(attending, course, page)
        for _ in range(2):
            world.get(f"/courses/playback/{course.lessons[1].id}", by=attending)
        with pytest.raises(PlaybackEnded):
            watch(attending, course, page)
