"""What a write makes old is exactly what shows it: every other page stays ready."""

from collections.abc import Callable

import pytest
from bson import ObjectId

from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.services.system import page_store
from tests.database import profiled
from tests.world import MadeCourse, Person, World

LIST = "/courses/getAllCourses"
POPULAR = f"{LIST}?sort=popular"
RATED = f"{LIST}?sort=rating"
CHEAP = f"{LIST}?maxPrice=100"
WORDS = f"{LIST}?q=knots"
CATEGORIES = "/courses/showAllCategories"
REVIEWS = "/courses/getReviews"


class Shop:
    """Two published courses of two authors on two shelves, and a learner of each; every page has been read once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.teachers = [world.person("instructor") for _ in range(2)]
        self.shelves = [world.category(name) for name in ("Art", "Boats")]
        self.knots, self.bends = [
            world.course(teacher, title=title, category=shelf)
            for teacher, shelf, title in zip(self.teachers, self.shelves, ("Knots", "Bends"), strict=True)
        ]
        self.learner, self.other = world.person(), world.person()
        world.enroll(self.learner, self.knots)
        world.enroll(self.other, self.bends)
        self.old()

    @property
    def pages(self) -> dict[str, tuple[str, Person | None]]:
        public = {
            "list": LIST,
            "popular": POPULAR,
            "rated": RATED,
            "cheap": CHEAP,
            "words": WORDS,
            "only bends": f"{LIST}?category={self.shelves[1]}",
            "categories": CATEGORIES,
            "reviews": REVIEWS,
            "knots": f"/courses/getCourseDetails/{self.knots.id}",
            "bends": f"/courses/getCourseDetails/{self.bends.id}",
            "rating of knots": f"/courses/getAverageRating/{self.knots.id}",
            "rating of bends": f"/courses/getAverageRating/{self.bends.id}",
            "boats": f"/courses/getCategoryPageDetails/{self.shelves[1]}",
        }
        own = {
            "learner": ("/profile/getUserDetails/me", self.learner),
            "learner's courses": ("/profile/getEnrolledCourses/me", self.learner),
            "other": ("/profile/getUserDetails/me", self.other),
            "other's courses": ("/profile/getEnrolledCourses/me", self.other),
        }
        return {**{name: (path, None) for name, path in public.items()}, **own}

    def old(self) -> set[str]:
        """The pages that the database is asked for again, and that are current afterwards."""
        return {name for name, (path, by) in self.pages.items() if self._asks(path, by)}

    def _asks(self, path: str, by: Person | None) -> bool:
        with profiled() as commands:
            assert self.world.get(path, by=by).status_code == 200, path
        return any(not each["ns"].endswith(".sessions") for each in commands)


@pytest.fixture
def shop(world: World) -> Shop:
    made = Shop(world)
    assert made.old() == set()
    return made


OF_KNOTS = {"list", "popular", "rated", "cheap", "words", "knots", "rating of knots", "boats", "learner's courses"}
"""Every page that shows the course; the shelf of boats names courses of others and what sells best."""

OF_BENDS = {"list", "popular", "rated", "cheap", "only bends", "bends", "rating of bends", "boats", "other's courses"}


def enrol(shop: Shop) -> None:
    shop.world.post(f"/courses/enroll/{shop.knots.id}", by=shop.other)


def progress(shop: Shop) -> None:
    body = {"subsectionId": str(shop.knots.lessons[0].id), "position": 3}
    shop.world.post(f"/profile/updateCourseProgress/{shop.knots.id}", body, by=shop.learner)


def review(shop: Shop) -> None:
    body = {"courseId": str(shop.knots.id), "rating": 4, "review": "Good."}
    shop.world.post("/courses/createRating", body, by=shop.learner)


def rename_section(shop: Shop) -> None:
    body = {"sectionName": "Another"}
    shop.world.put(f"/courses/updateSection/{shop.knots.section}", body, by=shop.teachers[0])


def reprice(shop: Shop) -> None:
    shop.world.put(f"/courses/editCourse/{shop.bends.id}", {"price": 499}, by=shop.teachers[1])


def write_a_draft(shop: Shop) -> None:
    draft = shop.world.post("/courses/createCourse", {"title": "Loops"}, by=shop.teachers[0]).json["data"]["id"]
    shop.world.put(f"/courses/editCourse/{draft}", {"title": "Loops and hoops"}, by=shop.teachers[0])


def rename_somebody(shop: Shop) -> None:
    shop.world.put("/profile/updateProfile/me", {"firstName": "Ravi"}, by=shop.learner)


def rename_an_author(shop: Shop) -> None:
    shop.world.put("/profile/updateProfile/me", {"firstName": "Ravi"}, by=shop.teachers[0])


def sign_in(shop: Shop) -> None:
    body = {"email": shop.learner.email, "password": "a quiet green harbour"}
    assert shop.world.post("/auth/login", body).status_code == 200


def add_a_category(shop: Shop) -> None:
    shop.world.post("/courses/createCategory", {"name": "Cooking"}, by=shop.world.person("admin"))


@pytest.mark.parametrize(
    ("change", "shown_on"),
    [
        (enrol, OF_KNOTS | {"other's courses"}),
        (progress, {"learner's courses"}),
        (review, OF_KNOTS | {"reviews"}),
        (rename_section, OF_KNOTS),
        (reprice, OF_BENDS),
        (write_a_draft, set()),
        (rename_somebody, {"learner"}),
        (rename_an_author, OF_KNOTS - {"rating of knots"}),
        (sign_in, set()),
        (add_a_category, {"categories"}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_change_makes_old_what_shows_it_and_nothing_else(
    shop: Shop, change: Callable[[Shop], None], shown_on: set[str]
) -> None:
    change(shop)
    assert shop.old() == shown_on
    assert shop.old() == set()


def test_a_thousand_documents_at_once_make_everything_old(shop: Shop) -> None:
    page_store.purge(f"course/{ObjectId()}" for _ in range(page_store.MOST_KEYS + 1))
    assert shop.old() == set(shop.pages)


def test_what_failed_makes_nothing_old(shop: Shop) -> None:
    assert shop.world.put(f"/courses/editCourse/{shop.knots.id}", {"description": ""}, by=shop.teachers[0]).status_code
    courses.update({"_id": ObjectId()}, {"$set": {"title": "Nobody's"}})
    users.update({"_id": shop.learner.id}, {"$set": {"lastSignInAt": now()}})
    assert shop.old() == set()


def names(world: World, course: MadeCourse) -> list[str]:
    return [card["title"] for card in world.get(LIST).json["data"] if card["id"] == str(course.id)]


def test_a_course_is_found_as_soon_as_it_has_the_word(shop: Shop) -> None:
    found = f"{LIST}?q=hitches"
    assert shop.world.get(found).json["data"] == []
    shop.world.put(f"/courses/editCourse/{shop.bends.id}", {"title": "Bends and hitches"}, by=shop.teachers[1])
    assert [card["title"] for card in shop.world.get(found).json["data"]] == ["Bends and hitches"]


def test_a_list_by_a_field_that_no_write_is_watched_for_is_a_fault(world: World) -> None:
    with pytest.raises(TypeError, match="not declared to depend on currency"):
        courses.cards({"currency": "INR"}, {"publishedAt": -1}, 1, 10)


def test_a_course_enters_a_list_and_leaves_it_at_once(shop: Shop) -> None:
    draft = shop.world.draft(shop.teachers[0], title="Loops")
    for status, shown in (("published", ["Loops"]), ("archived", []), ("published", ["Loops"])):
        courses.update({"_id": draft.id}, {"$set": {"status": status}})
        assert names(shop.world, draft) == shown
    courses.update({"_id": draft.id}, {"$set": {"deletedAt": courses.get({"_id": draft.id})["updatedAt"]}})
    assert names(shop.world, draft) == []
