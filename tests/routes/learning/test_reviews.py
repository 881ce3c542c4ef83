from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.services.system import page_store
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, avatar_of, faults, refused

CREATE = "/courses/createRating"
REVIEWS = "/courses/reviews"
LIST = "/courses/getReviews"
AVERAGE = "/courses/getAverageRating"


@pytest.fixture
def course(world: World) -> MadeCourse:
    return world.course(world.person("instructor"))


def learner_of(world: World, course: MadeCourse, **fields: Any) -> Person:
    learner = world.person(**fields)
    world.enroll(learner, course)
    return learner


def form(course: MadeCourse, rating: Any = 5, **fields: Any) -> dict[str, Any]:
    return {"courseId": str(course.id), "rating": rating, **fields}


def rate(world: World, course: MadeCourse, rating: int, text: str = "") -> tuple[Person, str]:
    """A new learner's review: the learner and the review's id."""
    learner = learner_of(world, course)
    answer = world.post(CREATE, form(course, rating, review=text), by=learner)
    assert answer.status_code == 201, answer.json
    return learner, answer.json["data"]["id"]


def ratings_of(world: World, course: MadeCourse) -> tuple[list[int], int, float]:
    """Histogram, count and average, which have to be the same wherever they are shown."""
    card = world.get("/courses/getAllCourses").json["data"][0]
    average = world.get(f"{AVERAGE}/{course.id}").json["data"]
    histogram = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["ratingHistogram"]
    assert average == {"averageRating": card["ratingAverage"], "ratingCount": card["ratingCount"]}
    return [histogram[stars] for stars in "12345"], average["ratingCount"], average["averageRating"]


def test_a_learner_reviews_a_course_and_everyone_sees_it_at_once(world: World, course: MadeCourse) -> None:
    assert ratings_of(world, course) == ([0, 0, 0, 0, 0], 0, 0)
    assert world.get(LIST).json["data"] == []
    learner = learner_of(world, course, firstName="Asha")
    answer = world.post(CREATE, form(course, 4, review=" Good.\nVery. "), by=learner)
    assert answer.status_code == 201
    review = answer.json["data"]
    assert (review["rating"], review["review"]) == (4, "Good.\nVery.")
    assert review["user"] == {"id": str(learner.id), "name": "Asha Sharma", "image": avatar_of(learner)}
    assert review["course"]["id"] == str(course.id)
    assert review["createdAt"] == review["updatedAt"]
    assert world.get(LIST).json["data"] == [review]
    assert ratings_of(world, course) == ([0, 0, 0, 1, 0], 1, 4)


def test_a_rating_alone_is_enough(world: World, course: MadeCourse) -> None:
    assert world.post(CREATE, form(course), by=learner_of(world, course)).json["data"]["review"] == ""


def test_the_average_is_exact_to_two_decimals(world: World, course: MadeCourse) -> None:
    for rating in (5, 5, 4, 1, 2, 2):
        rate(world, course, rating)
    assert ratings_of(world, course) == ([1, 2, 0, 1, 2], 6, 3.17)


def test_a_second_review_is_refused(world: World, course: MadeCourse) -> None:
    learner, _ = rate(world, course, 5)
    assert refused(world.post(CREATE, form(course, 1), by=learner)) == (409, "already_reviewed")
    assert ratings_of(world, course) == ([0, 0, 0, 0, 1], 1, 5)


def test_of_many_reviews_of_one_learner_at_once_one_counts(world: World, course: MadeCourse) -> None:
    learner = learner_of(world, course)
    answers = world.together(*[("POST", CREATE, form(course, 3), learner)] * 10)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert ratings_of(world, course) == ([0, 0, 1, 0, 0], 1, 3)


def test_twenty_ratings_at_once_are_all_counted(world: World, course: MadeCourse) -> None:
    learners = [learner_of(world, course) for _ in range(20)]
    given = [1 + number % 5 for number in range(19)] + [1]
    answers = world.together(
        *[("POST", CREATE, form(course, each), by) for each, by in zip(given, learners, strict=True)]
    )
    assert [answer.status_code for answer in answers] == [201] * 20
    assert ratings_of(world, course) == ([5, 4, 4, 4, 3], 20, 2.8)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"rating": 0}, {"rating"}),
        ({"rating": 6}, {"rating"}),
        ({"rating": 4.5}, {"rating"}),
        ({"rating": "five"}, {"rating"}),
        ({"rating": None}, {"rating"}),
        ({"review": "r" * 2001}, {"review"}),
        ({"review": None}, {"review"}),
        ({"review": "\u0000"}, {"review"}),
        ({"courseId": "1"}, {"courseId"}),
        ({"status": "visible", "user": "x"}, {"status", "user"}),
    ],
)
def test_bad_reviews_are_refused_by_field(
    world: World, course: MadeCourse, body: dict[str, Any], fields: set[str]
) -> None:
    assert faults(world.post(CREATE, {**form(course), **body}, by=learner_of(world, course))) == fields
    assert reviews.count({}) == 0


def test_course_and_rating_are_required(world: World) -> None:
    assert faults(world.post(CREATE, {}, by=world.person())) == {"courseId", "rating"}


@pytest.mark.parametrize("body", [{"rating": 1}, {"rating": 5}, {"review": "é" * 2000}])
def test_the_bounds_themselves_are_allowed(world: World, course: MadeCourse, body: dict[str, Any]) -> None:
    assert world.post(CREATE, {**form(course), **body}, by=learner_of(world, course)).status_code == 201


def test_only_who_attends_may_review(world: World, course: MadeCourse) -> None:
    teacher = world.person("instructor")
    own = world.course(teacher)
    assert refused(world.post(CREATE, form(course))) == (401, "not_signed_in")
    assert refused(world.post(CREATE, form(course), by=world.person())) == (403, "not_enrolled")
    assert refused(world.post(CREATE, form(own), by=teacher)) == (403, "not_enrolled")
    refunded = learner_of(world, course)
    enrollments.update({"user": refunded.id}, {"$set": {"status": "refunded"}})
    assert refused(world.post(CREATE, form(course), by=refunded)) == (403, "not_enrolled")


def test_a_course_that_is_not_there_cannot_be_reviewed(world: World, course: MadeCourse) -> None:
    absent, draft = MadeCourse(ObjectId(), ObjectId(), []), world.course(world.person("instructor"), status="draft")
    for each in (absent, draft):
        assert refused(world.post(CREATE, form(each), by=world.person())) == (404, "course_not_found")
    learner = learner_of(world, course)
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    assert refused(world.post(CREATE, form(course), by=learner)) == (404, "course_not_found")
    assert reviews.count({}) == 0


def test_a_change_that_cannot_be_counted_is_not_kept(world: World, course: MadeCourse) -> None:
    learner, review = rate(world, course, 2)
    newcomer = learner_of(world, course)
    with only_accepting("courses", {"ratingAverage": 2, "ratingCount": 1}):
        for answer in (
            world.post(CREATE, form(course, 5), by=newcomer),
            world.put(f"{REVIEWS}/{review}", {"rating": 5}, by=learner),
            world.delete(f"{REVIEWS}/{review}", by=learner),
        ):
            assert refused(answer) == (500, "internal_error")
    assert [each["rating"] for each in reviews.find({})] == [2]
    assert ratings_of(world, course) == ([0, 1, 0, 0, 0], 1, 2)


def test_a_flood_of_reviews_is_slowed_down(world: World, course: MadeCourse) -> None:
    learner, _ = rate(world, course, 5)
    answers = [world.post(CREATE, form(course), by=learner) for _ in range(30)]
    assert refused(answers[-2]) == (409, "already_reviewed")
    assert refused(answers[-1]) == (429, "rate_limited")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600


class TestEditing:
    def test_moves_the_rating_and_leaves_the_rest(self, world: World, course: MadeCourse) -> None:
        rate(world, course, 5)
        learner, review = rate(world, course, 1, "Bad.")
        before = ratings_of(world, course)
        answer = world.put(f"{REVIEWS}/{review}", {"rating": 4}, by=learner)
        assert answer.status_code == 200
        assert (answer.json["data"]["rating"], answer.json["data"]["review"]) == (4, "Bad.")
        assert answer.json["data"]["updatedAt"] > answer.json["data"]["createdAt"]
        assert before == ([1, 0, 0, 0, 1], 2, 3)
        assert ratings_of(world, course) == ([0, 0, 0, 1, 1], 2, 4.5)

    def test_the_text_alone_moves_no_rating(self, world: World, course: MadeCourse) -> None:
        learner, review = rate(world, course, 2, "Old.")
        for text in ("New.", ""):
            answer = world.put(f"{REVIEWS}/{review}", {"review": text}, by=learner)
            assert (answer.json["data"]["rating"], answer.json["data"]["review"]) == (2, text)
        assert world.get(LIST).json["data"][0]["review"] == ""
        assert ratings_of(world, course) == ([0, 1, 0, 0, 0], 1, 2)

    def test_at_once_ends_with_one_of_the_ratings_counted_once(self, world: World, course: MadeCourse) -> None:
        learner, review = rate(world, course, 1)
        calls = [("PUT", f"{REVIEWS}/{review}", {"rating": 1 + number % 5}, learner) for number in range(10)]
        assert {answer.status_code for answer in world.together(*calls)} == {200}
        final = world.get(LIST).json["data"][0]["rating"]
        assert ratings_of(world, course) == ([int(stars == final) for stars in range(1, 6)], 1, final)

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"rating": 0}, "rating"), ({"rating": 6}, "rating"), ({"review": "r" * 2001}, "review"), ({"id": 1}, "id")],
    )
    def test_refuses_bad_values(self, world: World, course: MadeCourse, body: dict[str, Any], field: str) -> None:
        learner, review = rate(world, course, 3)
        assert faults(world.put(f"{REVIEWS}/{review}", body, by=learner)) == {field}

    def test_a_hidden_review_counts_nothing(self, world: World, course: MadeCourse) -> None:
        learner, review = rate(world, course, 3)
        reviews.update({"_id": ObjectId(review)}, {"$set": {"status": "hidden"}})
        courses.move_rating(course.id, 3, None)
        assert world.put(f"{REVIEWS}/{review}", {"rating": 5}, by=learner).status_code == 200
        assert ratings_of(world, course) == ([0, 0, 0, 0, 0], 0, 0)
        assert world.get(LIST).json["data"] == []


class TestDeleting:
    def test_takes_the_rating_away_and_a_new_review_may_follow(self, world: World, course: MadeCourse) -> None:
        learner, review = rate(world, course, 2)
        assert ratings_of(world, course)[1] == 1
        answer = world.delete(f"{REVIEWS}/{review}", by=learner)
        assert (answer.status_code, answer.data) == (204, b"")
        assert ratings_of(world, course) == ([0, 0, 0, 0, 0], 0, 0)
        assert world.get(LIST).json["data"] == []
        assert refused(world.delete(f"{REVIEWS}/{review}", by=learner)) == (404, "review_not_found")
        assert refused(world.put(f"{REVIEWS}/{review}", {"rating": 1}, by=learner)) == (404, "review_not_found")
        for rating in (5, 4):
            made = world.post(CREATE, form(course, rating), by=learner)
            assert made.status_code == 201
            world.delete(f"{REVIEWS}/{made.json['data']['id']}", by=learner)
        assert ratings_of(world, course)[1] == 0

    def test_at_once_counts_once(self, world: World, course: MadeCourse) -> None:
        rate(world, course, 5)
        learner, review = rate(world, course, 1)
        answers = world.together(*[("DELETE", f"{REVIEWS}/{review}", None, learner)] * 8)
        assert sorted(answer.status_code for answer in answers) == [204] + [404] * 7
        assert ratings_of(world, course) == ([0, 0, 0, 0, 1], 1, 5)


@pytest.mark.parametrize(
    ("method", "body", "ratings"),
    [("PUT", {"rating": 1}, ([1, 0, 0, 0, 0], 1, 1)), ("DELETE", None, ([0, 0, 0, 0, 0], 0, 0))],
)
def test_what_changes_while_the_course_is_deleted_counts_when_it_is_back(
    world: World, course: MadeCourse, method: str, body: Any, ratings: Any
) -> None:
    learner, review = rate(world, course, 5)
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    assert world.request(method, f"{REVIEWS}/{review}", body, by=learner).status_code in (200, 204)
    courses.raw.update_one({"_id": course.id}, {"$unset": {"deletedAt": ""}})
    page_store.purge_all()
    assert ratings_of(world, course) == ratings


def test_a_review_is_its_authors_alone(world: World, course: MadeCourse) -> None:
    _, review = rate(world, course, 5)
    for by in (learner_of(world, course), world.person("instructor"), world.person("admin")):
        assert refused(world.put(f"{REVIEWS}/{review}", {"rating": 1}, by=by)) == (404, "review_not_found")
        assert refused(world.delete(f"{REVIEWS}/{review}", by=by)) == (404, "review_not_found")
    for method in ("PUT", "DELETE"):
        assert refused(world.request(method, f"{REVIEWS}/{review}", {"rating": 1})) == (401, "not_signed_in")
        assert refused(world.request(method, f"{REVIEWS}/1", {"rating": 1}, by=world.person())) == (400, "invalid_id")
    assert ratings_of(world, course) == ([0, 0, 0, 0, 1], 1, 5)


class TestReporting:
    def test_is_kept_once_for_each_person(self, world: World, course: MadeCourse) -> None:
        _, review = rate(world, course, 1)
        one, other = world.person(), world.person("instructor")
        for by in (one, other):
            answer = world.post(f"{REVIEWS}/{review}/report", {"reason": " Spam. "}, by=by)
            assert (answer.status_code, answer.json["data"]) == (202, None)
        assert refused(world.post(f"{REVIEWS}/{review}/report", {"reason": "Again"}, by=one)) == (
            409,
            "already_reported",
        )
        kept = reviews.get({"_id": ObjectId(review)})
        assert kept is not None
        assert [(each["user"], each["reason"]) for each in kept["reports"]] == [(one.id, "Spam."), (other.id, "Spam.")]
        assert "Spam" not in world.get(LIST).text

    def test_at_once_is_kept_once(self, world: World, course: MadeCourse) -> None:
        _, review = rate(world, course, 1)
        calls = [("POST", f"{REVIEWS}/{review}/report", {"reason": "Spam"}, world.person())] * 8
        assert sorted(answer.status_code for answer in world.together(*calls)) == [202] + [409] * 7

    @pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "r" * 501}, {"reason": 1}])
    def test_needs_a_reason(self, world: World, course: MadeCourse, body: dict[str, Any]) -> None:
        _, review = rate(world, course, 1)
        assert faults(world.post(f"{REVIEWS}/{review}/report", body, by=world.person())) == {"reason"}

    def test_refuses_strangers_and_what_is_not_there(self, world: World, course: MadeCourse) -> None:
        learner, review = rate(world, course, 1)
        body, by = {"reason": "Spam"}, world.person()
        assert refused(world.post(f"{REVIEWS}/{review}/report", body)) == (401, "not_signed_in")
        world.delete(f"{REVIEWS}/{review}", by=learner)
        for gone in (review, ObjectId()):
            assert refused(world.post(f"{REVIEWS}/{gone}/report", body, by=by)) == (404, "review_not_found")
        assert refused(world.post(f"{REVIEWS}/1/report", body, by=by)) == (400, "invalid_id")

    def test_a_flood_is_slowed_down(self, world: World, course: MadeCourse) -> None:
        _, review = rate(world, course, 1)
        by = world.person()
        answers = [world.post(f"{REVIEWS}/{review}/report", {"reason": "Spam"}, by=by) for _ in range(21)]
        assert refused(answers[-2]) == (409, "already_reported")
        assert refused(answers[-1]) == (429, "rate_limited")


class TestTheList:
    @pytest.mark.parametrize(
        ("sort", "order"),
        [
            ("", [2, 5, 3]),
            ("?sort=newest", [2, 5, 3]),
            ("?sort=oldest", [3, 5, 2]),
            ("?sort=rating", [2, 3, 5]),
            ("?sort=-rating", [5, 3, 2]),
        ],
    )
    def test_is_sorted(self, world: World, course: MadeCourse, sort: str, order: list[int]) -> None:
        for day, rating in enumerate((3, 5, 2)):
            _, review = rate(world, course, rating)
            moment = now() + timedelta(days=day)
            reviews.update({"_id": ObjectId(review)}, {"$set": {"createdAt": moment}})
        assert [review["rating"] for review in world.get(f"{LIST}{sort}").json["data"]] == order

    def test_can_be_one_courses_and_is_paged_exactly(self, world: World, course: MadeCourse) -> None:
        other = world.course(world.person("instructor"))
        made = {rate(world, course, 5)[1] for _ in range(5)}
        rate(world, other, 1)
        assert world.get(LIST).json["pagination"]["total"] == 6
        pages = [world.get(f"{LIST}?courseId={course.id}&limit=2&page={number}").json for number in (1, 2, 3)]
        seen = [review["id"] for page in pages for review in page["data"]]
        assert (len(seen), set(seen)) == (5, made)
        assert pages[0]["pagination"] == {"page": 1, "limit": 2, "total": 5, "pages": 3}

    def test_of_a_course_that_is_not_published_is_not_there(self, world: World) -> None:
        draft = world.course(world.person("instructor"), status="draft")
        for course_id in (draft.id, ObjectId()):
            assert refused(world.get(f"{LIST}?courseId={course_id}")) == (404, "course_not_found")

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "page=0", "sort=best", "courseId=1"])
    def test_refuses_values_out_of_range(self, world: World, query: str) -> None:
        assert faults(world.get(f"{LIST}?{query}")) == {query.partition("=")[0]}

    def test_ignores_unknown_query_fields(self, world: World, course: MadeCourse) -> None:
        rate(world, course, 5)
        assert len(world.get(f"{LIST}?status=hidden").json["data"]) == 1

    def test_leaves_out_what_moderators_hid(self, world: World, course: MadeCourse) -> None:
        _, review = rate(world, course, 5)
        reviews.update({"_id": ObjectId(review)}, {"$set": {"status": "hidden"}})
        assert world.get(LIST).json["pagination"]["total"] == 0
        assert world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["reviews"] == []


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "archived"}, {"deletedAt": now()}])
def test_the_average_of_what_is_not_public_is_not_told(world: World, fields: dict[str, Any]) -> None:
    course = world.course(world.person("instructor"), **fields)
    assert refused(world.get(f"{AVERAGE}/{course.id}")) == (404, "course_not_found")


def test_the_average_of_nothing_is_refused(world: World) -> None:
    assert refused(world.get(f"{AVERAGE}/{ObjectId()}")) == (404, "course_not_found")
    assert refused(world.get(f"{AVERAGE}/1")) == (400, "invalid_id")


def test_the_title_of_a_course_taken_down_is_not_shown(world: World) -> None:
    course, learner = world.course(world.person("instructor")), world.person()
    world.enroll(learner, course)
    world.post("/courses/createRating", {"courseId": str(course.id), "rating": 4}, by=learner)
    courses.update({"_id": course.id}, {"$set": {"status": "draft"}})
    page_store.purge_all()
    assert [review["course"] for review in world.get("/courses/getReviews").json["data"]] == [None]
