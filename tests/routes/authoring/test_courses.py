from typing import Any

import pytest
from bson import ObjectId

from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, faults, refused

CREATE = "/courses/createCourse"
EDIT = "/courses/editCourse"
DETAILS = "/courses/getCourseDetails"

GIVEN = {
    "description": "<p>Tie <b>them</b> fast.</p>",
    "price": 499.99,
    "tags": ["rope", "sea"],
    "whatYouWillLearn": ["To tie a bowline"],
    "instructions": ["Bring a <b>rope</b>"],
    "level": "advanced",
    "language": "Hindi",
}


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.draft(teacher)


def details(world: World, course_id: Any, by: Person | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = world.get(f"{DETAILS}/{course_id}", by=by).json["data"]
    return shown


def found(world: World, words: str) -> list[str]:
    return [card["id"] for card in world.get(f"/courses/getAllCourses?q={words}").json["data"]]


def test_a_title_is_enough_for_a_draft(world: World, teacher: Person) -> None:
    answer = world.post(CREATE, {"title": "  Knots\tand bends "}, by=teacher)
    assert answer.status_code == 201
    draft = answer.json["data"]
    assert draft["instructor"]["id"] == str(teacher.id)
    shown = {name: draft[name] for name in ("title", "description", "thumbnail", "price", "category", "status")}
    assert shown == {
        "title": "Knots and bends",
        "description": "",
        "thumbnail": None,
        "price": None,
        "category": None,
        "status": "draft",
    }
    assert (draft["sections"], draft["tags"], draft["lessonsCount"], draft["studentsCount"]) == ([], [], 0, 0)
    assert details(world, draft["id"], by=teacher) == draft
    own = world.get("/courses/getInstructorCourses?status=draft", by=teacher).json["data"]
    assert [each["id"] for each in own] == [draft["id"]]


def test_all_that_is_given_is_kept(world: World, teacher: Person) -> None:
    category = world.category("Seamanship")
    body = {"title": "Knots", **GIVEN, "category": str(category)}
    draft = world.post(CREATE, body, by=teacher).json["data"]
    assert {name: draft[name] for name in GIVEN} == GIVEN
    assert draft["category"] == {"id": str(category), "name": "Seamanship"}
    stored = courses.get({"_id": ObjectId(draft["id"])})
    assert stored is not None
    assert (stored["amount"], stored["currency"], stored["instructor"]) == (49_999, "INR", teacher.id)


@pytest.mark.parametrize("field", GIVEN)
def test_an_edit_changes_what_it_names_and_nothing_else(
    world: World, teacher: Person, course: MadeCourse, field: str
) -> None:
    before = details(world, course.id, by=teacher)
    answer = world.put(f"{EDIT}/{course.id}", {field: GIVEN[field]}, by=teacher)
    assert answer.status_code == 200
    assert answer.json["data"] == {**before, field: GIVEN[field]} != before
    assert details(world, course.id, by=teacher) == answer.json["data"]


@pytest.mark.parametrize("field", ["title", "category", *GIVEN])
def test_null_leaves_a_field_as_it_is(world: World, teacher: Person, course: MadeCourse, field: str) -> None:
    before = details(world, course.id, by=teacher)
    assert world.put(f"{EDIT}/{course.id}", {field: None}, by=teacher).json["data"] == before


def test_lists_can_be_emptied(world: World, teacher: Person, course: MadeCourse) -> None:
    emptied: dict[str, Any] = {"tags": [], "whatYouWillLearn": [], "instructions": []}
    answer = world.put(f"{EDIT}/{course.id}", emptied, by=teacher)
    assert {name: answer.json["data"][name] for name in emptied} == emptied


def test_edits_of_different_fields_at_once_are_all_kept(world: World, teacher: Person, course: MadeCourse) -> None:
    calls = [("PUT", f"{EDIT}/{course.id}", {field: GIVEN[field]}, teacher) for field in GIVEN]
    assert {answer.status_code for answer in world.together(*calls)} == {200}
    shown = details(world, course.id, by=teacher)
    assert {name: shown[name] for name in GIVEN} == GIVEN


def test_an_edit_of_a_published_course_is_seen_at_the_next_read(world: World, teacher: Person) -> None:
    course = world.draft(teacher, status="published", title="Knots", category=(old := world.category()))
    new = world.category()
    shelves = [f"/courses/getCategoryPageDetails/{category}" for category in (old, new)]
    assert [len(world.get(shelf).json["data"]["selectedCourses"]) for shelf in shelves] == [1, 0]
    assert (details(world, course.id)["title"], found(world, "knots")) == ("Knots", [str(course.id)])
    assert world.get("/courses/getAllCourses?minPrice=5").json["data"] == []
    body = {"title": "Splices", "description": "Of hemp.", "category": str(new), "price": 5}
    world.put(f"{EDIT}/{course.id}", body, by=teacher)
    assert [len(world.get(shelf).json["data"]["selectedCourses"]) for shelf in shelves] == [0, 1]
    assert (details(world, course.id)["title"], details(world, course.id)["price"]) == ("Splices", 5)
    assert (found(world, "knots"), found(world, "splices"), found(world, "hemp")) == ([], *[[str(course.id)]] * 2)
    assert len(world.get("/courses/getAllCourses?minPrice=5").json["data"]) == 1


@pytest.mark.parametrize("status", ["published", "in_review"])
@pytest.mark.parametrize("nothing", ["", "<br>", "<p> &nbsp; </p>"])
def test_what_is_for_sale_cannot_lose_its_description(world: World, teacher: Person, status: str, nothing: str) -> None:
    course = world.draft(teacher, status=status)
    before = details(world, course.id, by=teacher)
    answer = world.put(f"{EDIT}/{course.id}", {"description": nothing, "title": "New"}, by=teacher)
    assert refused(answer) == (409, "course_incomplete")
    assert set(answer.json["errors"]) == {"description"}
    assert details(world, course.id, by=teacher) == before


def test_a_draft_may_lose_its_description(world: World, teacher: Person, course: MadeCourse) -> None:
    assert world.put(f"{EDIT}/{course.id}", {"description": ""}, by=teacher).json["data"]["description"] == ""


def test_an_unknown_category_is_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    absent = {"title": "Knots", "category": str(ObjectId())}
    for answer in (world.post(CREATE, absent, by=teacher), world.put(f"{EDIT}/{course.id}", absent, by=teacher)):
        assert refused(answer) == (404, "category_not_found")
    assert courses.count({}) == 1
    assert details(world, course.id, by=teacher)["title"] != "Knots"


@pytest.mark.parametrize(
    ("price", "amount"),
    [(0, 0), (1, 100), (499.99, 49_999), (1.15, 115), ("19.99", 1999), (10_000_000, 10**9), ("0.00", 0)],
)
def test_prices_are_kept_to_the_paisa(
    world: World, teacher: Person, course: MadeCourse, price: Any, amount: int
) -> None:
    shown = world.put(f"{EDIT}/{course.id}", {"price": price}, by=teacher).json["data"]["price"]
    assert shown == float(price)
    stored = courses.get({"_id": course.id})
    assert stored is not None
    assert (stored["amount"], type(stored["amount"])) == (amount, int)


BAD_VALUES = [
    *(("price", bad) for bad in (0.5, 0.99, 499.999, -1, 1e9, "abc", "NaN", "Infinity", True, [], 1e-300)),
    *(("title", bad) for bad in ("", "   ", "\u200b\u3164", "t" * 121, 5, ["Knots"])),
    ("description", "d" * 20_001),
    ("category", "65f1"),
    ("category", {"$ne": None}),
    ("tags", [f"t{number}" for number in range(16)]),
    ("tags", "python"),
    ("tags.0", ["t" * 41]),
    ("tags.1", ["ok", " "]),
    ("tags.0", [None]),
    ("whatYouWillLearn", ["x"] * 31),
    ("whatYouWillLearn.0", ["x" * 301]),
    ("whatYouWillLearn.0", ["\u200d"]),
    ("instructions", ["x"] * 31),
    ("instructions.0", ["x" * 1001]),
    ("level", "expert"),
    ("language", ""),
    ("language", "l" * 41),
    ("thumbnailPublicId", "../x"),
]


@pytest.mark.parametrize(("field", "value"), BAD_VALUES)
def test_bad_values_are_refused_by_field(
    world: World, teacher: Person, course: MadeCourse, field: str, value: Any
) -> None:
    before = details(world, course.id, by=teacher)
    body = {"title": "Knots", field.split(".")[0]: value}
    assert faults(world.post(CREATE, body, by=teacher)) == {field}
    assert faults(world.put(f"{EDIT}/{course.id}", body, by=teacher)) == {field}
    assert courses.count({}) == 1
    assert details(world, course.id, by=teacher) == before


@pytest.mark.parametrize(
    "field",
    [
        "status",
        "instructor",
        "amount",
        "currency",
        "lessons",
        "studentsCount",
        "publishedAt",
        "id",
        "deletedAt",
        "$set",
    ],
)
def test_fields_that_authors_do_not_write_are_refused(
    world: World, teacher: Person, course: MadeCourse, field: str
) -> None:
    assert faults(world.post(CREATE, {"title": "Knots", field: "published"}, by=teacher)) == {field}
    assert faults(world.put(f"{EDIT}/{course.id}", {field: 1}, by=teacher)) == {field}


def test_a_draft_needs_a_title(world: World, teacher: Person) -> None:
    for body in ({}, {"title": None}):
        assert faults(world.post(CREATE, body, by=teacher)) == {"title"}


def test_tags_are_small_letters_once_each_and_at_most_fifteen(world: World, teacher: Person) -> None:
    given = ["Rope", "rope ", "ROPE", " Sea\tside "]
    assert world.post(CREATE, {"title": "Knots", "tags": given}, by=teacher).json["data"]["tags"] == [
        "rope",
        "sea side",
    ]
    fifteen = [f"t{number}" for number in range(15)]
    assert world.post(CREATE, {"title": "Knots", "tags": fifteen}, by=teacher).json["data"]["tags"] == fifteen
    assert {tag["_id"] for tag in tags.find({})} == {"rope", "sea side", *fifteen}


def test_courses_created_at_once_with_the_same_new_tags_are_all_kept(world: World, teacher: Person) -> None:
    calls = [("POST", CREATE, {"title": f"C{number}", "tags": ["new", "newer"]}, teacher) for number in range(8)]
    assert [answer.status_code for answer in world.together(*calls)] == [201] * 8
    assert (courses.count({}), tags.count({})) == (8, 2)


def test_tags_of_a_course_that_is_not_kept_are_not_kept(world: World, teacher: Person) -> None:
    with only_accepting("courses", {"title": "Other"}):
        answer = world.post(CREATE, {"title": "Knots", "tags": ["rope"]}, by=teacher)
        assert refused(answer) == (500, "internal_error")
    assert tags.count({}) == 0


def test_only_instructors_create_courses(world: World) -> None:
    assert refused(world.post(CREATE, {"title": "Knots"})) == (401, "not_signed_in")
    for by in (world.person(), world.person("admin")):
        assert refused(world.post(CREATE, {"title": "Knots"}, by=by)) == (403, "forbidden")
    assert courses.count({}) == 0


def test_only_the_owner_edits_a_course(world: World, course: MadeCourse) -> None:
    path, body = f"{EDIT}/{course.id}", {"title": "Mine now"}
    assert refused(world.put(path, body)) == (401, "not_signed_in")
    assert refused(world.put(path, body, by=world.person())) == (403, "forbidden")
    assert refused(world.put(path, body, by=world.person("instructor"))) == (404, "course_not_found")
    assert world.put(path, body, by=world.person("admin")).json["data"]["title"] == "Mine now"


def test_a_course_edited_by_staff_stays_its_authors(world: World, teacher: Person, course: MadeCourse) -> None:
    world.put(f"{EDIT}/{course.id}", {"title": "Better"}, by=world.person("admin"))
    assert details(world, course.id, by=teacher)["instructor"]["id"] == str(teacher.id)


def test_absent_and_deleted_courses_and_bad_ids_are_refused(world: World, teacher: Person, course: MadeCourse) -> None:
    courses.update({"_id": course.id}, {"$set": {"deletedAt": now()}})
    for course_id in (course.id, ObjectId()):
        assert refused(world.put(f"{EDIT}/{course_id}", {"title": "X"}, by=teacher)) == (404, "course_not_found")
    assert refused(world.put(f"{EDIT}/1", {"title": "X"}, by=teacher)) == (400, "invalid_id")
