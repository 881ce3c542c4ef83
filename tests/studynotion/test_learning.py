"""Watching, completing and rating what one attends."""

from pathlib import Path
from typing import Any

import pytest
import urllib3

from lms.models.accounts.sessions import sessions
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.playbacks import playbacks
from tests.studynotion.frontend import BASE, Frontend, read, toast
from tests.uploads import Store, put_video
from tests.world import MadeCourse, Person, World

SAMPLE = Path(__file__).parents[1] / "samples" / "video.mp4"


@pytest.fixture
def signed_in(frontend: Frontend, attending: Person) -> Frontend:
    """The browser of the learner, who attends the course."""
    frontend.sign_in(attending)
    return frontend


def full(frontend: Frontend, course: MadeCourse) -> dict[str, Any]:
    data: dict[str, Any] = read(frontend.post("/course/getFullCourseDetails", {"courseId": str(course.id)}))["data"]
    return data


def addresses(frontend: Frontend, course: MadeCourse) -> list[str]:
    outline = full(frontend, course)["courseDetails"]["courseContent"]
    return [lesson["videoUrl"] for section in outline for lesson in section["subSection"]]


class TestMyCourses:
    def test_are_what_each_branch_reads(self, signed_in: Frontend, course: MadeCourse) -> None:
        done = str(course.lessons[0].id)
        read(signed_in.post("/course/updateCourseProgress", {"courseId": str(course.id), "subSectionId": done}))
        data = read(signed_in.get("/profile/getEnrolledCourses"))["data"]
        if signed_in.dialect == "A":
            [progress], [shown] = data["courseProgress"], data["courses"]
            assert (progress["courseID"], progress["completedVideos"]) == (str(course.id), [done])
            assert shown["courseContent"][0]["subSection"][0] == done
        else:
            [shown] = data
            assert shown["courseContent"][0]["subSection"][0]["_id"] == done
        assert shown["progressPercentage"] == 100 // len(course.lessons)

    def test_are_all_of_them(
        self, world: World, signed_in: Frontend, monkeypatch: pytest.MonkeyPatch, teacher: Person
    ) -> None:
        monkeypatch.setattr("lms.controllers.learning.attended.PAGE", 2)
        learner = enrollments.find({})[0]["user"]
        for _ in range(4):
            enrollments.enroll(learner, world.course(teacher).id, "free")
        data = read(signed_in.get("/profile/getEnrolledCourses"))["data"]
        assert len(data["courses"] if signed_in.dialect == "A" else data) == 5

    def test_are_none_to_begin_with(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        data = read(frontend.get("/profile/getEnrolledCourses"))["data"]
        assert (data["courses"] if frontend.dialect == "A" else data) == []


class TestACourseOfMine:
    def test_has_an_address_for_each_video(self, signed_in: Frontend, course: MadeCourse) -> None:
        found = addresses(signed_in, course)
        assert len(set(found)) == len(course.lessons)
        assert all(f"{BASE}/play/" in each for each in found)

    def test_is_not_for_others(self, world: World, frontend: Frontend, course: MadeCourse, learner: Person) -> None:
        frontend.sign_in(learner)
        answer = frontend.post("/course/getFullCourseDetails", {"courseId": str(course.id)})
        assert (answer.status_code, answer.json["code"]) == (403, "not_enrolled")

    def test_is_for_its_author(self, frontend: Frontend, course: MadeCourse, teacher: Person) -> None:
        frontend.sign_in(teacher)
        assert all(addresses(frontend, course))

    def test_gives_no_address_of_what_is_locked(self, signed_in: Frontend, course: MadeCourse) -> None:
        opens = {"afterLesson": course.lessons[0].id, "afterSection": None, "days": None, "at": None}
        subsections.raw.update_one({"_id": course.lessons[1].id}, {"$set": {"opens": opens}})
        courses.raw.update_one({"_id": course.id}, {"$set": {"restricted": True}})
        assert [bool(each) for each in addresses(signed_in, course)][:2] == [True, False]


class TestWatching:
    @pytest.fixture
    def film(self, world: World, store: Store, teacher: Person, course: MadeCourse) -> bytes:
        """What the second lesson's video is, at the media store."""
        content = SAMPLE.read_bytes()
        public_id = put_video(world, teacher, content)
        answer = world.put(
            f"/courses/updateSubsection/{course.lessons[1].id}", {"videoPublicId": public_id}, by=teacher
        )
        assert answer.status_code == 200, answer.text
        return content

    def test_begins_and_goes_on_at_one_address(self, signed_in: Frontend, course: MadeCourse, film: bytes) -> None:
        address = addresses(signed_in, course)[1]
        first = self.ask(signed_in, address, "bytes=0-99")
        assert (first.status_code, first.data) == (206, film[:100])
        [live] = playbacks.find({})[0]["live"]
        second = self.ask(signed_in, address, "bytes=100-")
        assert second.data == film[100:]
        assert [each["id"] for each in playbacks.find({})[0]["live"]] == [live["id"]]

    def test_without_a_range_leads_to_the_store(self, signed_in: Frontend, course: MadeCourse, film: bytes) -> None:
        answer = self.ask(signed_in, addresses(signed_in, course)[1])
        assert answer.status_code == 302
        assert urllib3.request("GET", answer.headers["Location"]).data == film

    def test_ends_at_the_oldest_of_three_pages(self, signed_in: Frontend, course: MadeCourse, film: bytes) -> None:
        pages = [addresses(signed_in, course)[1] for _ in range(3)]
        assert [self.ask(signed_in, page, "bytes=0-9").status_code for page in pages] == [206, 206, 206]
        assert [self.ask(signed_in, page, "bytes=0-9").status_code for page in pages] == [403, 206, 206]

    @pytest.mark.parametrize("end", ["session", "enrolment", "another lesson", "nonsense"])
    def test_ends(self, world: World, signed_in: Frontend, course: MadeCourse, film: bytes, end: str) -> None:
        address = addresses(signed_in, course)[1]
        learner = enrollments.find({})[0]["user"]
        if end == "session":
            sessions.end_all(learner)
        elif end == "enrolment":
            enrollments.leave(learner, course.id)
        elif end == "another lesson":
            address = address.replace(f"/play/{course.lessons[1].id}", f"/play/{course.lessons[2].id}")
        else:
            address = address.partition("?")[0] + "?t=nonsense"
        answer = self.ask(signed_in, address, "bytes=0-9")
        code = "not_enrolled" if end == "enrolment" else "playback_ended"
        assert (answer.status_code, answer.json["code"]) == (403, code)

    def test_asks_for_no_token_of_the_api(
        self, world: World, signed_in: Frontend, course: MadeCourse, film: bytes
    ) -> None:
        token = addresses(signed_in, course)[1].partition("?t=")[2]
        assert world.get("/profile/getUserDetails/me", by=token).status_code == 401
        signed_in.token = token
        assert signed_in.get("/profile/getUserDetails").status_code == 401

    def ask(self, frontend: Frontend, address: str, wanted: str | None = None) -> Any:
        headers = {"Range": wanted} if wanted else {}
        path = address[address.index(BASE) :]
        return frontend.world.get(path, headers=headers)


class TestProgress:
    @pytest.mark.parametrize(
        ("verb", "place", "name"),
        [
            ("POST", "/course", "subSectionId"),
            ("POST", "/courseProgress", "subsectionId"),
            ("PUT", "/profile", "subsectionId"),
        ],
    )
    def test_is_the_callers_whoever_is_named(
        self,
        world: World,
        signed_in: Frontend,
        course: MadeCourse,
        attending: Person,
        verb: str,
        place: str,
        name: str,
    ) -> None:
        other, lesson = world.person(), course.lessons[0].id
        body = {"userId": str(other.id), "courseId": str(course.id), name: str(lesson)}
        assert read(signed_in.call(verb, f"{place}/updateCourseProgress", body))["message"]
        [kept] = course_progress.find({})
        assert (kept["user"], kept["completed"]) == (attending.id, [lesson])
        assert full(signed_in, course)["completedVideos"] == [str(lesson)]

    def test_of_a_course_one_does_not_attend(self, frontend: Frontend, course: MadeCourse, learner: Person) -> None:
        frontend.sign_in(learner)
        body = {"courseId": str(course.id), "subSectionId": str(course.lessons[0].id)}
        assert frontend.post("/course/updateCourseProgress", body).json["code"] == "not_enrolled"

    def test_of_no_lesson(self, signed_in: Frontend, course: MadeCourse) -> None:
        answer = signed_in.post("/course/updateCourseProgress", {"courseId": str(course.id)})
        assert toast(answer) == "subSectionId: This field is required."


class TestRatings:
    @pytest.mark.parametrize("stars", [4, "4", 3.5, "3.5", 4.0])
    def test_are_kept(self, signed_in: Frontend, course: MadeCourse, stars: float | str) -> None:
        body = {"courseId": str(course.id), "rating": stars, "review": "Good"}
        assert read(signed_in.post("/course/createRating", body))["data"]["rating"] == 4
        assert signed_in.post("/course/createRating", body).json["code"] == "already_reviewed"

    @pytest.mark.parametrize(
        ("stars", "sentence"),
        [(6, "at most 5"), (5.5, "at most 5"), (0, "at least 1"), (3.7, "a whole number"), (True, "a whole number")],
    )
    def test_are_of_one_to_five_stars(
        self, signed_in: Frontend, course: MadeCourse, stars: float, sentence: str
    ) -> None:
        answer = signed_in.post("/course/createRating", {"courseId": str(course.id), "rating": stars, "review": ""})
        assert toast(answer) == f"rating: This has to be {sentence}."

    def test_are_for_who_attends(self, frontend: Frontend, course: MadeCourse, learner: Person) -> None:
        frontend.sign_in(learner)
        body = {"courseId": str(course.id), "rating": 4, "review": "Good"}
        assert frontend.post("/course/createRating", body).json["code"] == "not_enrolled"
