"""Writing courses as these frontends do it: the forms of a course, its state, its figures, its end."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from bson import ObjectId

from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from tests.sandbox.media import picture
from tests.studynotion.frontend import Frontend, read, toast
from tests.world import MadeCourse, Person, World

SAMPLE = {
    "courseName": "Chairs from scratch",
    "courseDescription": "Wood & glue.\nNo <nails>.",
    "price": "499",
    "whatYouWillLearn": "- Sawing\n- Gluing",
    "instructions": json.dumps(["A saw", "Ten minutes"]),
    "tag": json.dumps(["Wood", "chairs"]),
    "status": "Draft",
}

LEFT = ("description", "amount", "category", "tags", "whatYouWillLearn", "instructions", "level", "language")


@pytest.fixture
def authoring(frontend: Frontend, teacher: Person) -> Frontend:
    """The browser of the teacher."""
    frontend.sign_in(teacher)
    return frontend


@pytest.fixture
def unmoderated(settings: Callable[..., None]) -> None:
    settings(moderation="off")


def form(**fields: Any) -> dict[str, Any]:
    """A request's body as a browser sends a FormData."""
    return {"data": fields, "content_type": "multipart/form-data"}


def cover() -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture()), "cover.png"


def create(frontend: Frontend, **changed: Any) -> dict[str, Any]:
    sent = {**SAMPLE, "category": str(frontend.world.category()), **changed}
    made: dict[str, Any] = read(frontend.post("/course/createCourse", **form(**sent)))["data"]
    return made


def edit(frontend: Frontend, course: Any, **fields: Any) -> Any:
    return frontend.post("/course/editCourse", **form(courseId=str(course), **fields))


def stored(course: Any) -> dict[str, Any]:
    found: dict[str, Any] = courses.raw.find_one({"_id": ObjectId(course)})
    return found


class TestANewCourse:
    def test_keeps_what_the_form_says_in_our_terms(self, authoring: Frontend, teacher: Person) -> None:
        made = create(authoring)
        course = stored(made["_id"])
        assert course["title"] == "Chairs from scratch"
        assert course["description"] == "Wood & glue.<br>No &lt;nails&gt;."
        assert (course["amount"], course["status"], course["instructor"]) == (49900, "draft", teacher.id)
        assert course["whatYouWillLearn"] == ["Sawing", "Gluing"]
        assert course["instructions"] == ["A saw", "Ten minutes"]
        assert course["tags"] == ["wood", "chairs"]

    def test_is_shown_as_the_course_builder_reads_it(self, authoring: Frontend) -> None:
        made = create(authoring)
        assert made["courseDescription"] == "Wood & glue.\nNo <nails>."
        assert (made["price"], made["status"], made["courseContent"]) == (499, "Draft", [])
        assert made["whatYouWillLearn"] == "Sawing\nGluing"
        assert set(made["category"]) >= {"_id", "name"}

    def test_is_under_every_branchs_name(self, authoring: Frontend) -> None:
        answer = read(authoring.post("/course/createcourse", **form(courseName="Chairs")))
        assert answer["data"] == answer["courseDetails"] == answer["newCourse"]

    @pytest.mark.usefixtures("store")
    @pytest.mark.parametrize("name", ["thumbnailImage", "thumbnail"])
    def test_has_its_thumbnail_under_any_name(self, authoring: Frontend, name: str) -> None:
        assert create(authoring, **{name: cover()})["thumbnail"].startswith("http")

    def test_is_refused_with_the_names_that_were_sent(self, authoring: Frontend) -> None:
        wrong = {"price": "NaN", "tag": json.dumps(["x" * 50]), "category": "[object Object]x"}
        answer = authoring.post("/course/createCourse", **form(**wrong))
        sentence = toast(answer)
        assert "courseName: This field is required." in sentence
        assert "price: This has to be a number." in sentence
        assert "tag.0: This is too long: at most 40." in sentence
        assert "category: An id is 24 hexadecimal characters." in sentence

    @pytest.mark.parametrize("name", ["tag", "instructions"])
    def test_of_lists_in_lists_is_refused_as_what_was_typed(self, authoring: Frontend, name: str) -> None:
        answer = authoring.post("/course/createCourse", {"courseName": "Chairs", name: "[" * 900 + "]" * 900})
        assert (answer.status_code, answer.json["code"]) == (400, "validation_failed")

    def test_of_one_long_line_to_learn_is_parted_and_nothing_of_it_lost(self, authoring: Frontend) -> None:
        line = "[" * 900 + "]" * 900
        answer = authoring.post("/course/createCourse", {"courseName": "Chairs", "whatYouWillLearn": line})
        assert read(answer)["data"]["whatYouWillLearn"].replace("\n", "") == line

    def test_with_a_category_that_is_not_there(self, authoring: Frontend) -> None:
        answer = authoring.post("/course/createCourse", **form(**SAMPLE, category="0" * 24))
        assert (answer.status_code, answer.json["code"]) == (404, "category_not_found")

    @pytest.mark.usefixtures("store")
    def test_with_a_thumbnail_that_is_no_picture(self, authoring: Frontend) -> None:
        sent = {**SAMPLE, "thumbnailImage": (io.BytesIO(b"no picture"), "cover.png")}
        answer = authoring.post("/course/createCourse", **form(**sent))
        assert (answer.status_code, answer.json["code"]) == (415, "not_an_image")

    def test_of_a_paragraph_is_parted_at_its_sentences(self, authoring: Frontend) -> None:
        paragraph = "You will learn to saw. " * 30
        course = stored(create(authoring, whatYouWillLearn=paragraph)["_id"])
        assert " ".join(course["whatYouWillLearn"]) == paragraph.strip()
        assert max(map(len, course["whatYouWillLearn"])) <= 300

    @pytest.mark.parametrize(
        ("sent", "kept"), [("All", "all"), ("Beginner", "beginner"), ("Advance", "advanced"), ("Adavance", "advanced")]
    )
    def test_is_of_a_level_however_it_is_spelt(self, authoring: Frontend, sent: str, kept: str) -> None:
        course = stored(create(authoring, courseLevel=sent, courseLanguage="Hindi")["_id"])
        assert (course["level"], course["language"]) == (kept, "Hindi")

    def test_lacks_what_its_form_has_no_field_for(self, authoring: Frontend) -> None:
        """One branch has lost its field of instructions, whose value a browser writes as `undefined`."""
        assert stored(create(authoring, instructions="undefined", tag="null")["_id"])["instructions"] == []

    def test_is_for_instructors(self, frontend: Frontend, learner: Person) -> None:
        answer = frontend.post("/course/createCourse", **form(**SAMPLE))
        assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
        frontend.sign_in(learner)
        answer = frontend.post("/course/createCourse", **form(**SAMPLE))
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


class TestAChange:
    def test_leaves_what_was_not_sent(self, authoring: Frontend) -> None:
        made = create(authoring)
        before = stored(made["_id"])
        answer = read(edit(authoring, made["_id"], courseName="Tables"))
        assert {name: stored(made["_id"])[name] for name in LEFT} == {name: before[name] for name in LEFT}
        assert answer["data"] == answer["courseDetail"] == answer["updatedCourse"]
        assert answer["data"]["courseName"] == "Tables"

    def test_may_be_put(self, authoring: Frontend) -> None:
        made = create(authoring)
        body = {"courseId": made["_id"], "courseName": "Tables", "tag": ["a"]}
        assert read(authoring.call("PUT", "/course/editcourse", body))["data"]["courseName"] == "Tables"
        assert stored(made["_id"])["tags"] == ["a"]

    def test_takes_lists_back_as_the_editor_was_given_them(self, authoring: Frontend) -> None:
        made = create(authoring)
        given = [*made["instructions"], "New"]
        read(edit(authoring, made["_id"], instructions=json.dumps(given), tag=json.dumps(made["tag"])))
        assert stored(made["_id"])["instructions"] == ["A saw", "Ten minutes", "New"]
        assert stored(made["_id"])["tags"] == ["wood", "chairs"]

    def test_takes_texts_back_as_they_were_given(self, authoring: Frontend) -> None:
        made = create(authoring)
        before = stored(made["_id"])
        opened = read(authoring.post("/course/getFullCourseDetails", {"courseId": made["_id"]}))["data"]
        assert opened["courseDetails"]["whatYouWillLearn"] == made["whatYouWillLearn"] == "Sawing\nGluing"
        sent = {name: made[name] for name in ("courseDescription", "whatYouWillLearn")}
        read(edit(authoring, made["_id"], **sent))
        assert {name: stored(made["_id"])[name] for name in ("description", "whatYouWillLearn")} == {
            name: before[name] for name in ("description", "whatYouWillLearn")
        }

    def test_ignores_what_a_browser_makes_of_objects(self, authoring: Frontend) -> None:
        made = create(authoring)
        accidents = {"category": "[object Object]", "thumbnailImage": made["thumbnail"], "instructions": "undefined"}
        read(edit(authoring, made["_id"], **accidents))
        assert stored(made["_id"])["category"] == ObjectId(made["category"]["_id"])
        assert stored(made["_id"])["instructions"] == ["A saw", "Ten minutes"]

    @pytest.mark.usefixtures("store")
    def test_replaces_the_thumbnail(self, authoring: Frontend) -> None:
        made = create(authoring, thumbnailImage=cover())
        changed = read(edit(authoring, made["_id"], thumbnailImage=cover()))["data"]
        assert changed["thumbnail"] not in ("", made["thumbnail"])

    def test_of_nothing_shows_the_course(self, authoring: Frontend) -> None:
        made = create(authoring)
        assert read(edit(authoring, made["_id"]))["data"]["_id"] == made["_id"]

    @pytest.mark.parametrize("who", ["another instructor", "a learner"])
    def test_is_for_authors(self, world: World, frontend: Frontend, course: MadeCourse, who: str) -> None:
        attending = world.person("instructor" if who == "another instructor" else "student")
        world.enroll(attending, course)
        frontend.sign_in(attending)
        expected = (404, "course_not_found") if who == "another instructor" else (403, "forbidden")
        for fields in ({"courseName": "Mine"}, {"status": "Draft"}, {}):
            answer = edit(frontend, course.id, **fields)
            assert (answer.status_code, answer.json["code"]) == expected

    def test_by_an_administrator_is_made_at_their_own_pages(
        self, frontend: Frontend, admin: Person, course: MadeCourse
    ) -> None:
        frontend.sign_in(admin)
        answer = edit(frontend, course.id, courseName="Mine")
        assert (answer.status_code, answer.json["code"]) == (403, "second_step_required")
        assert toast(answer) == "Administrators do this at http://localhost:4000/admin."

    def test_that_takes_from_what_is_for_sale_is_refused(self, authoring: Frontend, course: MadeCourse) -> None:
        courses.update({"_id": course.id}, {"$set": {"thumbnail": "/sandbox/thumbnails/demo.webp"}})
        answer = edit(authoring, course.id, courseDescription=" ")
        assert (answer.status_code, answer.json["code"]) == (409, "course_incomplete")
        assert toast(answer) == "What is for sale cannot lose this. Describe the course."

    def test_needs_an_id(self, authoring: Frontend) -> None:
        assert (
            toast(authoring.post("/course/editCourse", **form(courseName="x"))) == "courseId: This field is required."
        )
        assert edit(authoring, "chairs").json["code"] == "invalid_id"


class TestPublishing:
    @pytest.fixture
    def draft(self, world: World, teacher: Person) -> MadeCourse:
        return world.draft(teacher)

    @pytest.mark.parametrize("status", ["Published", "published"])
    def test_hands_it_in_where_staff_look_at_courses(self, authoring: Frontend, draft: MadeCourse, status: str) -> None:
        answer = read(edit(authoring, draft.id, status=status))
        assert (stored(draft.id)["status"], answer["data"]["status"]) == ("in_review", "Draft")
        assert answer["message"] == "The course is handed in. It is published as soon as staff have looked at it."
        assert read(edit(authoring, draft.id, status=status))["message"] == answer["message"]

    @pytest.mark.usefixtures("unmoderated")
    def test_is_at_once_where_nobody_does(self, authoring: Frontend, draft: MadeCourse) -> None:
        answer = read(edit(authoring, draft.id, status="Published"))
        assert (stored(draft.id)["status"], answer["data"]["status"]) == ("published", "Published")
        assert answer["message"] == "The course is published."

    @pytest.mark.parametrize("status", ["Draft", "Drafted", "draft"])
    @pytest.mark.parametrize("before", ["published", "in_review", "draft"])
    def test_is_taken_back(self, authoring: Frontend, draft: MadeCourse, before: str, status: str) -> None:
        courses.update({"_id": draft.id}, {"$set": {"status": before}})
        assert read(edit(authoring, draft.id, status=status))["data"]["status"] == "Draft"
        assert stored(draft.id)["status"] == "draft"

    def test_says_in_one_sentence_what_is_missing(self, authoring: Frontend) -> None:
        made = create(authoring)
        answer = edit(authoring, made["_id"], status="Published")
        assert (answer.status_code, answer.json["code"]) == (409, "course_incomplete")
        assert toast(answer) == "The course cannot be sold like this yet. Add a thumbnail. Add at least one section."

    @pytest.mark.usefixtures("unmoderated")
    def test_and_a_change_may_come_together(self, authoring: Frontend, draft: MadeCourse) -> None:
        answer = read(edit(authoring, draft.id, status="Published", courseName="Tables"))
        assert (answer["data"]["courseName"], answer["data"]["status"]) == ("Tables", "Published")

    def test_that_is_refused_keeps_the_change_and_says_so(self, authoring: Frontend) -> None:
        made = create(authoring)
        answer = edit(authoring, made["_id"], status="Published", courseName="Tables")
        assert (answer.status_code, answer.json["code"]) == (409, "course_incomplete")
        assert toast(answer).startswith("The changes are saved, but not the new status. The course cannot be sold")
        assert (stored(made["_id"])["title"], stored(made["_id"])["status"]) == ("Tables", "draft")

    def test_does_not_happen_where_the_change_is_refused(self, authoring: Frontend, draft: MadeCourse) -> None:
        assert toast(edit(authoring, draft.id, status="Published", price="-1")).startswith("price: ")
        assert stored(draft.id)["status"] == "draft"

    def test_to_no_state_is_refused(self, authoring: Frontend, draft: MadeCourse) -> None:
        answer = edit(authoring, draft.id, status="Sold", courseName="Tables")
        assert toast(answer) == "status: This has to be Draft or Published."
        assert stored(draft.id)["title"] != "Tables"

    def test_is_for_who_owns_it(self, world: World, frontend: Frontend, draft: MadeCourse) -> None:
        colleague = world.person("instructor")
        courses.update({"_id": draft.id}, {"$set": {"coAuthors": [colleague.id]}})
        frontend.sign_in(colleague)
        assert edit(frontend, draft.id, status="Published").json["code"] == "course_not_found"
        read(edit(frontend, draft.id, courseName="Tables"))

    def test_of_an_archived_course_is_for_staff(self, authoring: Frontend, draft: MadeCourse) -> None:
        courses.update({"_id": draft.id}, {"$set": {"status": "archived"}})
        assert edit(authoring, draft.id, status="Published").json["code"] == "course_not_draft"
        assert read(edit(authoring, draft.id, status="Draft"))["message"] == "The course is archived."

    @pytest.mark.parametrize("category", ["id", "document"])
    def test_may_be_followed_by_choosing_the_category(
        self, authoring: Frontend, draft: MadeCourse, category: str
    ) -> None:
        chosen = str(stored(draft.id)["category"])
        sent = {"courseId": str(draft.id), "categoryId": chosen if category == "id" else {"_id": chosen}}
        read(authoring.post("/course/addCourseToCategory", sent))
        foreign = {"courseId": "0" * 24, "categoryId": chosen}
        assert authoring.post("/course/addCourseToCategory", foreign).status_code == 404


class TestOwnCourses:
    def test_are_all_there_in_any_state(
        self, world: World, authoring: Frontend, teacher: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lms.studynotion.calls.authoring.PAGE", 2)
        made = {str(world.course(teacher, 1, status=status).id) for status in ("draft", "in_review", "published")}
        world.course(world.person("instructor"))
        answer = read(authoring.get("/course/getInstructorCourses"))
        assert {each["_id"] for each in answer["data"]} == made
        assert sorted(each["status"] for each in answer["data"]) == ["Draft", "Draft", "Published"]
        assert answer["courses"] == answer["data"]

    def test_count_who_attends(self, world: World, authoring: Frontend, course: MadeCourse, learner: Person) -> None:
        world.enroll(learner, course)
        [shown] = read(authoring.get("/course/getInstructorCourses"))["data"]
        assert [len(shown[name]) for name in ("studentsEnrolled", "studentEnrolled", "studentsEnroled")] == [1, 1, 1]
        assert shown["createdAt"]

    def test_are_an_instructors(self, frontend: Frontend, learner: Person) -> None:
        frontend.sign_in(learner)
        assert frontend.get("/course/getInstructorCourses").json["code"] == "forbidden"

    @pytest.mark.parametrize("verb", ["DELETE", "POST"])
    def test_are_deleted_by_an_id_in_the_body(self, authoring: Frontend, course: MadeCourse, verb: str) -> None:
        read(authoring.call(verb, "/course/deleteCourse", {"courseId": str(course.id)}))
        assert "deletedAt" in stored(course.id)

    def test_are_kept_while_somebody_attends(
        self, world: World, authoring: Frontend, course: MadeCourse, learner: Person
    ) -> None:
        world.enroll(learner, course)
        answer = authoring.call("DELETE", "/course/deleteCourse", {"courseId": str(course.id)})
        assert (answer.status_code, answer.json["code"]) == (409, "course_has_students")

    def test_are_deleted_by_nobody_else(self, world: World, frontend: Frontend, course: MadeCourse) -> None:
        frontend.sign_in(world.person("instructor"))
        answer = frontend.call("DELETE", "/course/deleteCourse", {"courseId": str(course.id)})
        assert (answer.status_code, answer.json["code"]) == (404, "course_not_found")
        assert "deletedAt" not in stored(course.id)


class TestTheDashboard:
    PATHS = ("/profile/getInstructorDashboardDetails", "/profile/instructorDashboard", "/profile/instructorDasboard")

    @pytest.mark.parametrize("path", PATHS)
    def test_has_rupees_and_learners_under_every_name(
        self, world: World, authoring: Frontend, course: MadeCourse, learner: Person, path: str
    ) -> None:
        world.enroll(learner, course, "purchase", 49950)
        answer = read(authoring.get(path))
        [shown] = answer["data"]
        assert shown == {
            "_id": str(course.id),
            "courseName": stored(course.id)["title"],
            "courseDescription": "What it is about.",
            "totalStudents": 1,
            "totalStudentsEnrolled": 1,
            "totalRevenue": 499.5,
            "totalAmountGenerated": 499.5,
        }
        assert answer["courses"] == answer["courseData"] == answer["data"]

    def test_tells_co_authors_nothing_of_money(self, world: World, frontend: Frontend, course: MadeCourse) -> None:
        colleague = world.person("instructor")
        courses.update({"_id": course.id}, {"$set": {"coAuthors": [colleague.id]}})
        frontend.sign_in(colleague)
        assert read(frontend.get(self.PATHS[0]))["data"] == []


class TestCategories:
    def test_are_made_by_administrators_elsewhere(self, frontend: Frontend, admin: Person) -> None:
        frontend.sign_in(admin)
        answer = frontend.post("/course/createCategory", {"name": "Wood", "description": "All of it"})
        assert (answer.status_code, answer.json["code"]) == (403, "second_step_required")
        assert toast(answer).endswith("/admin.")

    def test_are_made_after_the_second_step(self, frontend: Frontend, admin: Person) -> None:
        frontend.token = admin.token
        body = {"name": "Wood", "description": "All of it"}
        made = read(frontend.post("/course/createCategory", body))["data"]
        assert categories.card(ObjectId(made["_id"]))["name"] == "Wood"  # type: ignore[index]
        assert frontend.post("/course/createCategory", body).json["code"] == "category_exists"

    def test_are_made_by_nobody_else(self, frontend: Frontend, teacher: Person) -> None:
        frontend.sign_in(teacher)
        assert frontend.post("/course/createCategory", {"name": "Wood"}).json["code"] == "forbidden"
