"""What everyone sees, in the places where each branch of the family looks for it."""

import json

import pytest
from bson import ObjectId

from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.learning.reviews import reviews
from lms.studynotion.people import alias
from tests.studynotion.frontend import Frontend, read, toast
from tests.world import MadeCourse, Person, World

ANYTHING = "0" * 24


@pytest.fixture
def category(world: World, course: MadeCourse) -> ObjectId:
    """The category of the course, which is published."""
    found: ObjectId = courses.raw.find_one({"_id": course.id})["category"]
    return found


class TestCategories:
    def test_name_their_published_courses(self, world: World, frontend: Frontend, course: MadeCourse) -> None:
        empty = categories.create("Zen", "Nothing yet")["id"]
        answer = read(frontend.get("/course/showAllCategories"))
        by_id = {each["_id"]: each["courses"] for each in answer["data"]}
        assert by_id[str(empty)] == []
        assert [str(course.id)] in by_id.values()
        assert answer["allCategories"] == answer["allCategory"] == answer["allcategory"] == answer["data"]

    def test_follow_what_is_published(
        self, world: World, frontend: Frontend, teacher: Person, course: MadeCourse
    ) -> None:
        read(frontend.get("/course/showAllCategories"))
        world.post(f"/courses/unpublishCourse/{course.id}", by=teacher)
        answer = read(frontend.get("/course/showAllCategories"))
        assert [each["courses"] for each in answer["data"]] == [[]]

    def test_have_a_page_for_every_branch(self, frontend: Frontend, course: MadeCourse, category: ObjectId) -> None:
        answer = read(frontend.post("/course/getCategoryPageDetails", {"categoryId": str(category)}))
        assert [each["_id"] for each in answer["selectedCourses"]] == [str(course.id)]
        assert answer["data"]["selectedCategory"]["courses"] == answer["selectedCourses"]
        assert answer["data"]["selectedCategory"]["course"] == answer["selectedCourses"]
        assert answer["data"]["mostSellingCourses"] == answer["mostSellingCourses"]
        assert answer["differentCourses"] == answer["data"]["differentCategory"]["courses"] == []

    @pytest.mark.parametrize("shape", ["bare", "document"])
    def test_are_asked_for_by_their_id_or_by_themselves(
        self, frontend: Frontend, category: ObjectId, shape: str
    ) -> None:
        body = str(category) if shape == "bare" else {"categoryId": {"_id": str(category)}}
        read(frontend.post("/course/getCategoryPageDetails", body))

    @pytest.mark.parametrize("shape", ["bare", "document"])
    def test_have_each_their_own_page_however_they_are_asked_for(
        self, frontend: Frontend, category: ObjectId, shape: str
    ) -> None:
        for each in (category, categories.create("Zen", "Nothing yet")["id"]):
            body = str(each) if shape == "bare" else {"categoryId": {"_id": str(each)}}
            answer = read(frontend.post("/course/getCategoryPageDetails", body))
            assert answer["data"]["selectedCategory"]["_id"] == str(each)
        assert toast(frontend.post("/course/getCategoryPageDetails", {})) == "categoryId: This field is required."

    def test_that_are_not_there(self, frontend: Frontend, course: MadeCourse) -> None:
        answer = frontend.post("/course/getCategoryPageDetails", {"categoryId": ANYTHING})
        assert (answer.status_code, answer.json["code"]) == (404, "category_not_found")

    def test_include_the_one_that_a_home_page_has_written_into_it(
        self, frontend: Frontend, course: MadeCourse, category: ObjectId
    ) -> None:
        answer = read(frontend.post("/course/getCategoryPageDetails", {"categoryId": "6475dbeb49dcc886b5698441"}))
        assert answer["data"]["selectedCategory"]["_id"] == str(category)

    def test_need_an_id(self, frontend: Frontend) -> None:
        assert toast(frontend.post("/course/getCategoryPageDetails", {})) == "categoryId: This field is required."
        answer = frontend.post("/course/getCategoryPageDetails", {"categoryId": "python"})
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_id")


class TestACourse:
    def details(self, frontend: Frontend, course: MadeCourse) -> dict[str, dict[str, object]]:
        data: dict[str, dict[str, object]] = read(
            frontend.post("/course/getCourseDetails", {"courseId": str(course.id)})
        )["data"]
        return data

    def test_has_lists_as_one_branch_parses_them(self, frontend: Frontend, course: MadeCourse) -> None:
        stored = courses.raw.find_one({"_id": course.id})
        data = self.details(frontend, course)
        [text] = data["0"]["instructions"]  # type: ignore[misc]
        assert json.loads(text) == stored["instructions"] == data["courseDetails"]["instructions"]
        [text] = data["0"]["tag"]  # type: ignore[misc]
        assert json.loads(text) == stored["tags"] == data["courseDetails"]["tag"]

    def test_shows_no_addresses_of_videos(self, frontend: Frontend, course: MadeCourse) -> None:
        for branch in ("0", "courseDetails"):
            sections = self.details(frontend, course)[branch]["courseContent"]
            lessons = [each for section in sections for each in section["subSection"]]  # type: ignore[attr-defined]
            assert {each["videoUrl"] for each in lessons} == {""}

    def test_tells_a_learner_alone_that_they_attend(
        self, world: World, frontend: Frontend, course: MadeCourse, learner: Person
    ) -> None:
        world.enroll(learner, course)
        user = frontend.sign_in(learner)
        found = self.details(frontend, course)["courseDetails"]
        assert found["studentsEnrolled"] == found["studentsEnroled"] == found["studentEnrolled"] == [user["_id"]]
        assert str(learner.id) not in json.dumps(found)

    def test_tells_nobody_what_people_attend_who_are_named(
        self, world: World, frontend: Frontend, course: MadeCourse, teacher: Person, learner: Person
    ) -> None:
        reviews.publish(learner.id, course.id, 4, "Good")
        world.enroll(learner, course)
        found = self.details(frontend, course)["courseDetails"]
        named = {found["instructor"]["_id"], found["ratingAndReviews"][0]["user"]["_id"]}  # type: ignore[index]
        assert len(named) == 2
        assert named.isdisjoint([alias(learner.id), alias(teacher.id), *found["studentsEnrolled"]])  # type: ignore[misc]

    def test_tells_nobody_in_which_order_people_came(
        self, world: World, frontend: Frontend, course: MadeCourse
    ) -> None:
        came = [world.person() for _ in range(4)]
        for each in came:
            world.enroll(each, course)
        found = self.details(frontend, course)["courseDetails"]
        assert found["studentsEnrolled"] == sorted(alias(each.id) for each in came)

    def test_says_what_its_author_says_of_themselves_as_of_now(
        self, world: World, frontend: Frontend, course: MadeCourse, teacher: Person
    ) -> None:
        self.details(frontend, course)
        world.put("/profile/updateProfile/me", {"bio": "Teaches."}, by=teacher)
        author = self.details(frontend, course)["0"]["instructor"]
        assert author["additionalDetails"] == {"about": "Teaches."}  # type: ignore[index]

    def test_has_real_reviews(self, world: World, frontend: Frontend, course: MadeCourse, learner: Person) -> None:
        world.enroll(learner, course)
        world.post("/courses/createRating", {"courseId": str(course.id), "rating": 4, "review": "Good"}, by=learner)
        found = self.details(frontend, course)["courseDetails"]
        [review] = found["ratingAndReviews"]  # type: ignore[misc]
        assert (review["rating"], review["review"], review["user"]["_id"]) == (4, "Good", alias(learner.id, "named"))
        [card] = read(frontend.get("/course/getAllCourses"))["data"]
        assert card["ratingAndReviews"] == [{"rating": 4}]

    def test_that_is_not_there_does_not_blank_the_page(self, frontend: Frontend) -> None:
        answer = frontend.post("/course/getCourseDetails", {"courseId": ANYTHING})
        assert toast(answer)
        assert (answer.status_code, answer.json["instructions"], answer.json["instructor"]) == (404, "[]", {})


class TestLists:
    def test_of_all_courses_know_no_pages(
        self, world: World, frontend: Frontend, teacher: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("lms.studynotion.calls.catalogue.PAGE", 2)
        for _ in range(4):
            world.course(teacher)
        found = read(frontend.get("/course/getAllCourses"))["data"]
        assert len({each["_id"] for each in found}) == len(found) == 5

    @pytest.mark.parametrize("words", ["", "???", "x" * 500])
    def test_of_what_is_found_are_empty_where_nothing_is(
        self, frontend: Frontend, course: MadeCourse, words: str
    ) -> None:
        assert read(frontend.post("/course/searchCourse", {"searchQuery": words}))["data"] == []

    def test_of_what_is_found(self, frontend: Frontend, course: MadeCourse) -> None:
        title = courses.raw.find_one({"_id": course.id})["title"]
        by_post = read(frontend.post("/course/searchCourse", {"searchQuery": title}))["data"]
        assert [each["courseName"] for each in by_post] == [title]
        assert read(frontend.get(f"/course/searchCourse?query={title}"))["data"] == by_post

    def test_of_reviews_begin_with_the_best(
        self, world: World, frontend: Frontend, course: MadeCourse, learner: Person
    ) -> None:
        other = world.person()
        for person, rating in ((learner, 2), (other, 5)):
            reviews.publish(person.id, course.id, rating, "x")
        answer = read(frontend.get("/course/getReviews"))
        assert [each["rating"] for each in answer["data"]] == [5, 2]
        assert answer["allReviews"] == answer["data"]


class TestTheSearchBox:
    def test_suggests_before_anything_is_typed(self, frontend: Frontend, course: MadeCourse) -> None:
        [found] = read(frontend.get("/search/getAllCourses"))["data"]
        assert (found["_id"], set(found)) == (str(course.id), {"_id", "courseName", "thumbnail", "instructor"})
        assert " ".join(found["instructor"]).strip()

    def test_suggests_what_matches_and_has_every_list_that_it_reads(
        self, frontend: Frontend, course: MadeCourse
    ) -> None:
        title = courses.raw.find_one({"_id": course.id})["title"]
        found = read(frontend.get(f"/search/dropdown/{title.upper()}"))["data"]
        assert [each["_id"] for each in found.pop("populatedCourses")] == [str(course.id)]
        assert found == {"instructorDetails": [], "autoComplete": [], "allAutoCompleteTags": []}
        assert read(frontend.get("/search/dropdown/%3F%3F%3F%3F"))["data"]["populatedCourses"] == []

    def test_leads_to_a_page_of_results(self, frontend: Frontend, course: MadeCourse) -> None:
        title = courses.raw.find_one({"_id": course.id})["title"]
        [found] = read(frontend.get(f"/search/{title}"))["data"]
        card, length, lessons = found["data"]
        assert (card["courseName"], card["instructor"]["firstName"] != "") == (title, True)
        assert (length, lessons) == ("3m 0s", len(course.lessons))
        assert read(frontend.get("/search/nowhere to be found"))["data"] == []
