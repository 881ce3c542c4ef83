"""What public pages ask of MongoDB: as much of a large catalogue as of a small one."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from flask import Flask
from pymongo.monitoring import CommandListener

from lms.controllers.catalogue import courses as course_controller
from lms.controllers.learning import reviews as review_controller
from lms.extensions import mongo
from lms.models.authoring.sections import Section, sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import now
from lms.models.catalogue.categories import Category, categories
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.reviews import Review, reviews
from lms.services.system import page_store
from tests.database import counting
from tests.documents import whole
from tests.world import World

SMALL, LARGE = 10, 1000
FEW, MANY = 10, 200

SHELF, TEACHER, COURSE = (ObjectId(f"65f1c0ffee65f1c0ffee65f{digit}") for digit in "123")

LIST = "/courses/getAllCourses"
DETAILS = f"/courses/getCourseDetails/{COURSE}"
SORTS = ("newest", "popular", "rating", "price", "-price", "relevance")
FILTERS = (
    f"category={SHELF}",
    "tag=python",
    "level=beginner",
    "language=English",
    "minPrice=0&maxPrice=100",
    "minRating=0",
    f"instructor={TEACHER}",
    "q=course",
    "q=cour",
    "q=course%20python",
    "q=nothing",
)
PAGES = (
    LIST,
    "/courses/",
    f"{LIST}?page=2",
    *(f"{LIST}?sort={sort}" for sort in SORTS),
    *(f"{LIST}?{each}" for each in FILTERS),
    *(f"{LIST}?{'&'.join(FILTERS[:8])}&sort={sort}" for sort in SORTS),
    f"/courses/getCategoryPageDetails/{SHELF}",
    "/courses/showAllCategories",
    "/courses/getReviews",
    f"/courses/getReviews?courseId={COURSE}",
    f"/courses/getReviews?courseId={COURSE}&sort=rating&page=2",
    f"/courses/getAverageRating/{COURSE}",
)


class Asked(CommandListener):
    """The names of the commands the driver has sent, `getMore` among them."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: Any) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: Any) -> None:
        pass

    def failed(self, event: Any) -> None:
        pass


@pytest.fixture
def asked(app: Flask, world: World) -> Iterator[Asked]:
    """What the application asks from now on, over a client of its own that is listened to."""
    listener, client, database, provider = Asked(), mongo.cx, mongo.db, app.json
    mongo.init_app(app, event_listeners=[listener])
    app.json, own = provider, mongo.cx
    yield listener
    assert own is not None
    own.close()
    mongo.cx, mongo.db = client, database


def count(world: World, asked: Asked, address: str) -> int:
    """How many commands the page takes when nothing of it is kept."""
    page_store.purge_all()
    asked.names.clear()
    with counting():
        answer = world.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return len(asked.names)


def fill(size: int) -> None:
    """A catalogue of `size` courses, one of which has as many reviews."""
    moment = now()
    categories.insert(whole(Category, _id=SHELF, name="Shelf"))
    categories.insert_many(whole(Category, name=f"Category {n}") for n in range(size // 20))
    courses.insert_many(course(n) for n in range(size))
    reviews.insert_many(whole(Review, course=COURSE, rating=1 + n % 5, createdAt=moment) for n in range(size))


def course(number: int) -> dict[str, Any]:
    return whole(
        Course,
        _id=ObjectId() if number else COURSE,
        **searchable(f"Course {number}", "About it.", ["python"]),
        amount=number % 7 * 1000,
        category=SHELF if number % 2 else ObjectId(),
        instructor=TEACHER,
        status="published",
        studentsCount=number,
        ratingAverage=4,
        publishedAt=now(),
    )


def outline(lessons: int) -> None:
    """The lessons of the course, ten a section."""
    for position in range(lessons // 10):
        section = sections.insert(whole(Section, course=COURSE, position=position))
        lesson = {"course": COURSE, "section": section, "title": "L", "duration": 60}
        subsections.insert_many(whole(Subsection, **lesson, position=place) for place in range(10))


def test_the_listener_hears_what_is_asked(world: World, asked: Asked) -> None:
    courses.insert_many(course(number) for number in range(150))
    asked.names.clear()
    courses.find({})
    courses.aggregate({}, [])
    courses.count({})
    assert asked.names == ["find", "getMore", "aggregate", "getMore", "aggregate"]


def test_a_page_of_a_large_catalogue_takes_no_more_than_of_a_small_one(world: World, asked: Asked) -> None:
    taken = []
    for size in (SMALL, LARGE):
        world.empty()
        fill(size)
        # With five a page there are further pages of either, which have to be counted.
        taken.append({address: count(world, asked, with_limit(address)) for address in PAGES})
        assert {address: number for address in PAGES if (number := count(world, asked, address)) > 2} == {}
    assert taken[0] == taken[1]


def with_limit(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}limit=5"


def test_details_take_one_command_however_long_the_course(world: World, asked: Asked) -> None:
    for lessons in (FEW, MANY):
        world.empty()
        fill(SMALL)
        outline(lessons)
        assert count(world, asked, DETAILS) == 1
        data = world.get(DETAILS).json["data"]
        assert sum(len(section["subsections"]) for section in data["sections"]) == lessons
        assert len(data["reviews"]) == 5


def test_a_category_takes_one_command(world: World, asked: Asked) -> None:
    fill(SMALL)
    assert count(world, asked, f"/courses/getCategoryPageDetails/{SHELF}") == 1


def plan_of(where: dict[str, Any], sort: dict[str, int], collection: str = "courses") -> set[str]:
    """The kinds of stage MongoDB reads such a page by."""
    assert mongo.db is not None
    found = mongo.db[collection].find({**where, "deletedAt": None}).sort(list(sort.items())).limit(20).explain()
    return set(kinds(found["queryPlanner"]["winningPlan"]))


def kinds(plan: Any) -> Iterator[str]:
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan["stage"]
        for part in plan.values():
            yield from kinds(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from kinds(part)


def test_lists_are_read_in_the_order_of_an_index(world: World) -> None:
    fill(LARGE)
    published = {"status": "published"}
    orders = course_controller.SORTS
    plans = [plan_of(published, order) for name, order in orders.items() if name != "relevance"]
    plans += [plan_of({**published, "category": each}, orders["newest"]) for each in (SHELF, {"$ne": SHELF})]
    orders = review_controller.SORTS
    plans += [plan_of({"status": "visible"}, order, "ratingAndReviews") for order in orders.values()]
    plans += [plan_of({"course": COURSE, "status": "visible"}, orders["newest"], "ratingAndReviews")]
    for plan in plans:
        assert not plan & {"COLLSCAN", "SORT"}
        assert "IXSCAN" in plan


@pytest.mark.parametrize(
    ("collection", "where"),
    [
        ("subsections", {"assessment": ObjectId()}),
        ("subsections", {"filePublicId": "work"}),
        ("subsections", {"videoUrl": {"$gt": "https://"}}),
        ("users", {"image": "https://example.com/face.png"}),
        ("orders", {"nextCheckAt": {"$lte": now()}}),
        ("refunds", {"nextCheckAt": {"$lte": now()}}),
        ("courseProgress", {"completedAt": {"$gte": now()}}),
    ],
)
def test_what_is_looked_for_often_is_found_by_an_index(world: World, collection: str, where: dict[str, Any]) -> None:
    plan = plan_of(where, {**dict.fromkeys(where, 1), "_id": 1}, collection)
    assert not plan & {"COLLSCAN", "SORT"}
