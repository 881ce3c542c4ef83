from datetime import timedelta

import pytest
from bson import ObjectId

from lms.models.base import now
from lms.models.catalogue.categories import categories
from tests.world import World, faults, refused

LIST = "/courses/showAllCategories"
CREATE = "/courses/createCategory"
PAGE = "/courses/getCategoryPageDetails"


def test_all_are_listed_by_name(world: World) -> None:
    for name in ("Writing", "Art", "Music"):
        world.category(name)
    rows = world.get(LIST).json["data"]
    assert [row["name"] for row in rows] == ["Art", "Music", "Writing"]
    assert set(rows[0]) == {"id", "name", "description"}


def test_deleted_ones_are_not_listed(world: World) -> None:
    gone = world.category("Gone")
    categories.update({"_id": gone}, {"$set": {"deletedAt": now()}})
    assert world.get(LIST).json["data"] == []
    assert refused(world.get(f"{PAGE}/{gone}")) == (404, "category_not_found")


def test_an_administrator_creates_one_that_is_seen_at_once(world: World) -> None:
    assert world.get(LIST).json["data"] == []
    answer = world.post(CREATE, {"name": "  Fine\n art ", "description": "Oil."}, by=world.person("admin"))
    assert answer.status_code == 201
    created = answer.json["data"]
    assert created == {"id": created["id"], "name": "Fine art", "description": "Oil."}
    assert world.get(LIST).json["data"] == [created]


def test_the_description_may_be_left_out(world: World) -> None:
    assert world.post(CREATE, {"name": "Art"}, by=world.person("admin")).json["data"]["description"] == ""


@pytest.mark.parametrize("name", ["Art", "ART", " art "])
def test_a_name_is_taken_in_any_case(world: World, name: str) -> None:
    world.category("Art")
    assert refused(world.post(CREATE, {"name": name}, by=world.person("admin"))) == (409, "category_exists")


def test_of_many_who_create_the_same_at_once_one_succeeds(world: World) -> None:
    admin = world.person("admin")
    answers = world.together(*[("POST", CREATE, {"name": "Art"}, admin)] * 8)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(world.get(LIST).json["data"]) == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"name"}),
        ({"name": ""}, {"name"}),
        ({"name": "  \n "}, {"name"}),
        ({"name": 7}, {"name"}),
        ({"name": "a" * 81}, {"name"}),
        ({"name": "a\u0000b"}, {"name"}),
        ({"name": "Art", "description": "d" * 501}, {"description"}),
        ({"name": "Art", "description": None}, {"description"}),
        ({"name": "Art", "id": "1", "deletedAt": None}, {"id", "deletedAt"}),
    ],
)
def test_bad_bodies_are_refused_by_field(world: World, body: dict[str, object], fields: set[str]) -> None:
    assert faults(world.post(CREATE, body, by=world.person("admin"))) == fields
    assert categories.count({}) == 0


def test_the_longest_values_are_kept(world: World) -> None:
    body = {"name": "n" * 80, "description": "d" * 500}
    assert world.post(CREATE, body, by=world.person("admin")).status_code == 201


def test_bodies_that_are_not_json_are_refused(world: World) -> None:
    admin = world.person("admin")
    assert refused(world.post(CREATE, by=admin, data="{", content_type="application/json")) == (400, "invalid_json")
    assert refused(world.post(CREATE, by=admin, data="name=Art", content_type="text/plain"))[0] == 415
    assert refused(world.post(CREATE, {"name": "a" * 1_100_000}, by=admin)) == (413, "too_large")


def test_only_administrators_create(world: World) -> None:
    assert refused(world.post(CREATE, {"name": "Art"})) == (401, "not_signed_in")
    for role in ("student", "instructor"):
        assert refused(world.post(CREATE, {"name": "Art"}, by=world.person(role))) == (403, "forbidden")
    assert categories.count({}) == 0


def test_a_page_shows_its_courses_others_and_what_sells_best(world: World) -> None:
    teacher, start = world.person("instructor"), now()
    art, music = world.category("Art"), world.category("Music")
    for day, (title, shelf, students) in enumerate(
        [("A1", art, 3), ("A2", art, 9), ("M1", music, 5), ("M2", music, 1)]
    ):
        moment = start + timedelta(days=day)
        world.course(teacher, title=title, category=shelf, studentsCount=students, publishedAt=moment)
    world.course(teacher, title="Draft", category=art, status="draft", studentsCount=99)
    data = world.get(f"{PAGE}/{art}").json["data"]
    assert data["selectedCategory"] == {"id": str(art), "name": "Art", "description": "All about it."}
    shelves = {name: [card["title"] for card in data[name]] for name in data if name != "selectedCategory"}
    assert shelves == {
        "selectedCourses": ["A2", "A1"],
        "differentCourses": ["M2", "M1"],
        "mostSellingCourses": ["A2", "M1", "A1", "M2"],
    }


def test_a_page_shows_at_most_twenty_and_ten(world: World) -> None:
    teacher, art = world.person("instructor"), world.category()
    for _ in range(21):
        world.course(teacher, lessons=0, category=art)
    data = world.get(f"{PAGE}/{art}").json["data"]
    assert (len(data["selectedCourses"]), len(data["mostSellingCourses"])) == (20, 10)


def test_an_empty_shelf_is_a_page_too(world: World) -> None:
    data = world.get(f"{PAGE}/{world.category()}").json["data"]
    assert data["selectedCourses"] == data["differentCourses"] == data["mostSellingCourses"] == []


def test_an_absent_category_and_a_bad_id_are_refused(world: World) -> None:
    assert refused(world.get(f"{PAGE}/{ObjectId()}")) == (404, "category_not_found")
    assert refused(world.get(f"{PAGE}/art")) == (400, "invalid_id")
