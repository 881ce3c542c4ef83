"""The course builder: sections and lessons, answered as each branch puts them into its page."""

import io
from typing import Any

import pytest
from bson import ObjectId
from flask import Flask

from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from tests.sandbox.media import MEGABYTE, VIDEO
from tests.studynotion.frontend import Frontend, read, toast
from tests.studynotion.test_authoring import SAMPLE, cover, form
from tests.uploads import Store
from tests.world import MadeCourse, Person, World

IN_COURSES = {
    "A": ("updatedCourse", "data"),
    "B": ("updatedCourse", "data", "courseDetails", "courseDetail", "updatedCourseDetails", "course"),
}
"""Where the course is after a change of it, by dialect."""

NOWHERE = "0" * 24


@pytest.fixture
def builder(frontend: Frontend, teacher: Person) -> Frontend:
    """The browser of the teacher."""
    frontend.sign_in(teacher)
    return frontend


@pytest.fixture
def draft(world: World, teacher: Person) -> MadeCourse:
    return world.draft(teacher, 2)


def film() -> tuple[io.BytesIO, str]:
    return io.BytesIO(VIDEO), "lesson.mp4"


def names(course: dict[str, Any]) -> list[str]:
    return [each["sectionName"] for each in course["courseContent"]]


class TestSections:
    @pytest.mark.parametrize("path", ["/course/addSection", "/course/createsection"])
    def test_are_added_at_the_end(self, builder: Frontend, draft: MadeCourse, path: str) -> None:
        body = {"sectionName": "Middle", "courseId": str(draft.id), "sectionId": False}
        answer = read(builder.post(path, body))
        for name in IN_COURSES[builder.dialect]:
            assert names(answer[name]) == ["Beginning", "Middle"]
        assert [len(each["subSection"]) for each in answer["data"]["courseContent"]] == [2, 0]

    @pytest.mark.parametrize("verb", ["POST", "PUT"])
    @pytest.mark.parametrize("named", [True, False])
    def test_are_renamed_whether_their_course_is_named_or_not(
        self, builder: Frontend, draft: MadeCourse, verb: str, named: bool
    ) -> None:
        body = {"sectionName": "Start", "sectionId": str(draft.section)}
        if named:
            body["courseId"] = str(draft.id)
        answer = read(builder.call(verb, "/course/updateSection", body))
        assert {str(names(answer[name])) for name in IN_COURSES[builder.dialect]} == {"['Start']"}

    @pytest.mark.parametrize("verb", ["POST", "DELETE"])
    @pytest.mark.parametrize("course", ["courseId", "course"])
    def test_are_deleted(self, builder: Frontend, draft: MadeCourse, verb: str, course: str) -> None:
        body = {"sectionId": str(draft.section), course: str(draft.id)}
        answer = read(builder.call(verb, "/course/deleteSection", body))
        assert {str(names(answer[name])) for name in IN_COURSES[builder.dialect]} == {"[]"}

    def test_need_a_name(self, builder: Frontend, draft: MadeCourse) -> None:
        answer = builder.post("/course/addSection", {"sectionName": "", "courseId": str(draft.id)})
        assert toast(answer) == "sectionName: This field is required."
        answer = builder.post("/course/updateSection", {"sectionName": "x" * 121, "sectionId": str(draft.section)})
        assert toast(answer).startswith("sectionName: ")

    def test_keep_what_is_for_sale_its_lessons(self, builder: Frontend, course: MadeCourse) -> None:
        answer = builder.post("/course/deleteSection", {"sectionId": str(course.section)})
        assert (answer.status_code, answer.json["code"]) == (409, "course_incomplete")
        assert toast(answer) == "What is for sale needs a lesson. Unpublish the course first."

    @pytest.mark.parametrize("who", ["another instructor", "a learner", "nobody"])
    def test_are_for_authors(self, world: World, frontend: Frontend, draft: MadeCourse, who: str) -> None:
        if who != "nobody":
            frontend.sign_in(world.person("instructor" if who == "another instructor" else "student"))
        body = {"sectionName": "Mine", "sectionId": str(draft.section), "courseId": str(draft.id)}
        answers = [frontend.post(f"/course/{verb}Section", body) for verb in ("add", "update", "delete")]
        expected = {
            "another instructor": ["course_not_found", "section_not_found", "section_not_found"],
            "a learner": ["forbidden"] * 3,
            "nobody": ["not_signed_in"] * 3,
        }
        assert [answer.json["code"] for answer in answers] == expected[who]
        assert [each["sectionName"] for each in sections.of_course(draft.id)] == ["Beginning"]

    def test_of_another_are_not_reached_through_a_course_of_ones_own(
        self, world: World, frontend: Frontend, draft: MadeCourse
    ) -> None:
        stranger = world.person("instructor")
        own = world.draft(stranger)
        frontend.sign_in(stranger)
        body = {"sectionName": "Mine", "sectionId": str(draft.section), "courseId": str(own.id)}
        for path in ("/course/updateSection", "/course/deleteSection"):
            assert frontend.post(path, body).json["code"] == "section_not_found"

    @pytest.mark.parametrize("id", [NOWHERE, "chairs"])
    def test_that_are_not_there(self, builder: Frontend, id: str) -> None:
        answer = builder.post("/course/updateSection", {"sectionName": "x", "sectionId": id})
        assert answer.json["code"] == ("section_not_found" if id == NOWHERE else "invalid_id")


class TestLessons:
    @pytest.mark.usefixtures("store")
    @pytest.mark.parametrize("path", ["/course/addSubSection", "/course/createsubsection"])
    @pytest.mark.parametrize("file", ["videoFile", "video"])
    def test_are_answered_with_the_course_to_who_names_it(
        self, builder: Frontend, draft: MadeCourse, path: str, file: str
    ) -> None:
        sent = {"sectionId": str(draft.section), "courseId": str(draft.id), "title": "Sawing", "description": "a < b"}
        answer = read(builder.post(path, **form(**sent, **{file: film()})))
        lesson = answer["data"]["courseContent"][0]["subSection"][-1]
        assert (lesson["title"], lesson["description"], lesson["timeDuration"]) == ("Sawing", "a < b", "20")
        assert all(answer[name] == answer["data"] for name in IN_COURSES[builder.dialect])

    @pytest.mark.usefixtures("store")
    def test_are_answered_with_their_section_to_who_does_not(self, builder: Frontend, draft: MadeCourse) -> None:
        sent = {"sectionId": str(draft.section), "title": "Sawing", "description": "How", "video": film()}
        answer = read(builder.post("/course/addSubSection", **form(**sent)))
        section = answer["data"]
        assert answer["updatedSection"] == section
        assert answer["updatedCourse"]["courseContent"][0]["_id"] == section["_id"]
        assert (section["_id"], section["sectionName"]) == (str(draft.section), "Beginning")
        assert [each["title"] for each in section["subSection"]] == ["A lesson", "A lesson", "Sawing"]

    @pytest.mark.parametrize("verb", ["POST", "PUT"])
    @pytest.mark.parametrize("name", ["SubsectionId", "subSectionId", "subsectionId", "subSection"])
    def test_are_changed_under_any_of_the_names_of_their_id(
        self, builder: Frontend, draft: MadeCourse, verb: str, name: str
    ) -> None:
        sent = {name: str(draft.lessons[0].id), "sectionId": str(draft.section), "title": "Sawing"}
        section = read(builder.call(verb, "/course/updateSubSection", **form(**sent)))["data"]
        assert [each["title"] for each in section["subSection"]] == ["Sawing", "A lesson"]
        course = read(builder.call(verb, "/course/updateSubSection", **form(**sent, courseId=str(draft.id))))["data"]
        [shown] = course["courseContent"]
        assert [each["title"] for each in shown["subSection"]] == ["Sawing", "A lesson"]

    @pytest.mark.usefixtures("store")
    def test_have_their_video_replaced(self, builder: Frontend, draft: MadeCourse) -> None:
        lesson = draft.lessons[0].id
        sent = {"subSectionId": str(lesson), "sectionId": str(draft.section), "video": film()}
        read(builder.post("/course/updateSubSection", **form(**sent)))
        stored = subsections.raw.find_one({"_id": lesson})
        assert (stored["title"], stored["duration"]) == ("A lesson", 20)
        assert stored["videoPublicId"] != f"demo/{draft.id}"

    def test_keep_their_video_where_its_address_comes_back(self, builder: Frontend, draft: MadeCourse) -> None:
        sent = {"SubsectionId": str(draft.lessons[0].id), "courseId": str(draft.id), "videoFile": "http://x.example/a"}
        read(builder.post("/course/updateSubSection", **form(**sent, title="Sawing")))
        assert subsections.raw.find_one({"_id": draft.lessons[0].id})["videoPublicId"] == f"demo/{draft.id}"

    @pytest.mark.parametrize("verb", ["POST", "DELETE"])
    @pytest.mark.parametrize("named", [True, False])
    def test_are_deleted(self, builder: Frontend, draft: MadeCourse, verb: str, named: bool) -> None:
        body = {"subSectionId": str(draft.lessons[0].id), "sectionId": str(draft.section)}
        if named:
            body["courseId"] = str(draft.id)
        data = read(builder.call(verb, "/course/deleteSubSection", body))["data"]
        section = data["courseContent"][0] if named else data
        assert [each["_id"] for each in section["subSection"]] == [str(draft.lessons[1].id)]

    @pytest.mark.usefixtures("store")
    def test_with_something_else_than_a_video(self, builder: Frontend, draft: MadeCourse) -> None:
        sent = {"sectionId": str(draft.section), "title": "Sawing", "video": (io.BytesIO(b"no film"), "lesson.mp4")}
        answer = builder.post("/course/addSubSection", **form(**sent))
        assert (answer.status_code, answer.json["code"]) == (415, "not_a_video")
        assert len(subsections.of_course(draft.id)) == 2

    def test_too_large_for_a_form(self, builder: Frontend, draft: MadeCourse) -> None:
        sent = form(sectionId=str(draft.section), title="Sawing", video=film())
        answer = builder.post(
            "/course/addSubSection", **sent, environ_overrides={"CONTENT_LENGTH": str(200 * MEGABYTE)}
        )
        assert (answer.status_code, toast(answer)) == (413, "This is too large: at most 100 MB.")

    def test_without_a_title(self, builder: Frontend, draft: MadeCourse) -> None:
        answer = builder.post("/course/addSubSection", **form(sectionId=str(draft.section)))
        assert toast(answer) == "title: This field is required."

    def test_of_another_kind_have_no_video(self, world: World, builder: Frontend, draft: MadeCourse) -> None:
        lesson = draft.lessons[0].id
        subsections.raw.update_one({"_id": lesson}, {"$set": {"kind": "text", "text": "Read this."}})
        answer = builder.post("/course/updateSubSection", **form(subSectionId=str(lesson), video=film()))
        assert (answer.status_code, answer.json["code"]) == (409, "other_kind")

    @pytest.mark.parametrize("who", ["another instructor", "a learner", "nobody"])
    def test_are_for_authors(self, world: World, frontend: Frontend, draft: MadeCourse, who: str) -> None:
        if who != "nobody":
            frontend.sign_in(world.person("instructor" if who == "another instructor" else "student"))
        body = {"title": "Mine", "sectionId": str(draft.section), "subSectionId": str(draft.lessons[0].id)}
        answers = [frontend.post(f"/course/{verb}SubSection", body) for verb in ("add", "update", "delete")]
        expected = {
            "another instructor": ["section_not_found", "lesson_not_found", "lesson_not_found"],
            "a learner": ["forbidden"] * 3,
            "nobody": ["not_signed_in"] * 3,
        }
        assert [answer.json["code"] for answer in answers] == expected[who]
        assert [each["title"] for each in subsections.of_course(draft.id)] == ["A lesson"] * 2

    def test_that_are_not_there(self, builder: Frontend) -> None:
        answer = builder.post("/course/deleteSubSection", {"subSectionId": NOWHERE})
        assert (answer.status_code, answer.json["code"]) == (404, "lesson_not_found")
        assert toast(builder.post("/course/deleteSubSection", {})) == "subSectionId: This field is required."


class TestTheWholeWay:
    @pytest.fixture(params=["on", "off"])
    def moderation(self, request: pytest.FixtureRequest, app: Flask, store: Store) -> str:
        """Beside the settings that the stand-in has, and as long as those."""
        chosen: str = request.param
        app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"moderation": chosen})
        return chosen

    def test_of_an_instructor(self, world: World, builder: Frontend, learner: Person, moderation: str) -> None:
        main_line = builder.dialect == "B"
        sent = {**SAMPLE, "price": "0", "category": str(world.category()), "thumbnailImage": cover()}
        course = read(builder.post("/course/createCourse", **form(**sent)))["data"]
        course = read(builder.post("/course/addSection", {"sectionName": "One", "courseId": course["_id"]}))[
            "updatedCourse"
        ]
        section = course["courseContent"][0]["_id"]
        lesson = {"sectionId": section, "title": "Sawing", "description": "How"}
        file = {"video": film()} if main_line else {"videoFile": film(), "courseId": course["_id"]}
        made = read(builder.post("/course/addSubSection", **form(**lesson, **file)))["data"]
        shown = made if main_line else made["courseContent"][0]
        assert [each["title"] for each in shown["subSection"]] == ["Sawing"]

        changed = read(builder.post("/course/editCourse", **form(courseId=course["_id"], courseName="Tables")))["data"]
        assert changed["courseContent"][0]["subSection"][0]["timeDuration"] == "20"
        published = read(builder.post("/course/editCourse", **form(courseId=course["_id"], status="Published")))["data"]
        assert published["status"] == ("Draft" if moderation == "on" else "Published")
        body = {"categoryId": published["category"], "courseId": course["_id"]}
        read(builder.post("/course/addCourseToCategory", body))
        [row] = read(builder.get("/course/getInstructorCourses"))["data"]
        assert (row["courseName"], row["status"]) == ("Tables", published["status"])

        everyone = read(builder.get("/course/getAllCourses"))["data"]
        assert [each["_id"] for each in everyone] == ([] if moderation == "on" else [course["_id"]])
        if moderation == "off":
            world.enroll(learner, MadeCourse(ObjectId(course["_id"]), ObjectId(section), []))
        [figures] = read(builder.get("/profile/instructorDashboard"))["courses"]
        assert figures["totalStudentsEnrolled"] == (0 if moderation == "on" else 1)
        ended = builder.call("DELETE", "/course/deleteCourse", {"courseId": course["_id"]})
        if moderation == "off":
            assert ended.json["code"] == "course_has_students"
        else:
            read(ended)
            assert read(builder.get("/course/getInstructorCourses"))["data"] == []
