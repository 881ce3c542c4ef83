"""The branch that compares account types in small letters, and reads courses and sections as `data` itself."""

from collections.abc import Callable

import pytest

from tests.studynotion.frontend import Frontend, read
from tests.world import MadeCourse, Person, World


@pytest.fixture
def lower(settings: Callable[..., None]) -> None:
    settings(studynotion_account_types="lower")


def test_the_public_page_of_a_course(lower: None, frontend: Frontend, course: MadeCourse) -> None:
    data = read(frontend.post("/course/getCourseDetails", {"courseId": str(course.id)}))["data"]
    assert data["_id"] == data["0"]["_id"] == str(course.id)
    assert {name: data[name] for name in data["courseDetails"]} == data["courseDetails"]
    assert data["totalDuration"] == data["courseDetails"]["totalDuration"]


def test_a_course_that_is_watched(
    lower: None, world: World, frontend: Frontend, course: MadeCourse, attending: Person
) -> None:
    user = frontend.sign_in(attending)
    answer = read(frontend.post("/course/getFullCourseDetails", {"courseId": str(course.id)}))
    whole, data = answer["data"]["courseDetails"], answer["data"]
    assert {name: data[name] for name in whole} == whole == answer["courseDetails"]
    assert all(lesson["videoUrl"] for lesson in data["courseContent"][0]["subSection"])
    assert answer["additionalData"] == {"completedVideos": [], "totalDuration": data["totalDuration"]}
    assert user["accountType"] == "student"


def test_a_section_that_is_renamed(
    lower: None, world: World, frontend: Frontend, course: MadeCourse, teacher: Person
) -> None:
    frontend.sign_in(teacher)
    body = {"sectionName": "Start", "sectionId": str(course.section), "courseId": str(course.id)}
    answer = read(frontend.post("/course/updateSection", body))
    assert (answer["data"]["_id"], answer["data"]["sectionName"]) == (str(course.section), "Start")
    assert [each["_id"] for each in answer["data"]["subSection"]] == [str(each.id) for each in course.lessons]
    assert answer["updatedCourse"]["courseContent"][0]["sectionName"] == "Start"


def test_nobody_else_is_sent_a_course_twice(frontend: Frontend, course: MadeCourse) -> None:
    data = read(frontend.post("/course/getCourseDetails", {"courseId": str(course.id)}))["data"]
    assert set(data) == {"0", "courseDetails", "totalDuration"}
