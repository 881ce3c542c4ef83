"""Migration 0008 on a database as the version before it left one."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from pymongo import TEXT

from lms import migrations
from lms.extensions import mongo
from lms.models.catalogue.course_search import SEARCH_INDEX, searchable, text_filter
from lms.models.catalogue.courses import courses
from tests.world import Person, World

OLD_WEIGHTS = {"title": 10, "tags": 5, "titlePrefixes": 4, "descriptionText": 1}
TEXTS = ("titleText", "tagText", "descriptionText")


@pytest.fixture
def migration(world: World) -> Iterator[Any]:
    """The migration, before a database with the old index; it leaves the declared one."""
    assert mongo.db is not None
    mongo.db.courses.drop_index("search")
    mongo.db.courses.create_index([(field, TEXT) for field in OLD_WEIGHTS], name="search", weights=OLD_WEIGHTS)
    made = migrations._load("0008_search_by_stems")
    made.BATCH = 3
    yield made
    made.up(mongo.db)


@pytest.fixture
def old(world: World, migration: Any) -> list[ObjectId]:
    """Courses as the version before wrote them."""
    teacher, category = world.person("instructor"), world.category()
    made = [
        world.course(teacher, 0, title=f"Relational Databases {number}", category=category, tags=["C++", "Café men"])
        for number in range(7)
    ]
    mark_old(*(course.id for course in made))
    return [course.id for course in made]


def mark_old(*ids: ObjectId) -> None:
    old = {"$set": {"descriptionText": "what it is about"}, "$unset": {"titleText": "", "tagText": ""}}
    courses.raw.update_many({"_id": {"$in": ids}}, old)


def found(query: str) -> int:
    return courses.raw.count_documents(text_filter(query))


def test_old_courses_are_found_by_all_forms_of_their_words(migration: Any, old: list[ObjectId]) -> None:
    courses.update({"_id": old[0]}, {"$set": {"description": "<p>Caf&eacute;s &amp; <b>bars</b></p>"}})
    migration.up(mongo.db)
    assert (found("relation database"), found("cafés relating"), found("bar databases"), found("p")) == (7, 7, 1, 0)
    for course in courses.find({}):
        assert {**course, **searchable(course["title"], course["description"], course["tags"])} == course


def test_the_index_is_the_declared_one(migration: Any, old: list[ObjectId]) -> None:
    migration.up(mongo.db)
    index, declared = courses.raw.index_information()["search"], SEARCH_INDEX.document
    for name in ("weights", "default_language", "language_override"):
        assert index[name] == declared[name]
    courses.raw.create_indexes([SEARCH_INDEX])  # MongoDB refuses one that differs


def test_it_may_run_again_and_rewrites_nothing(migration: Any, old: list[ObjectId]) -> None:
    migration.up(mongo.db)
    before = courses.raw.find().to_list()
    assert list(migration._changes(mongo.db)) == []
    migration.up(mongo.db)
    assert courses.raw.find().to_list() == before


def test_half_of_it_is_completed(migration: Any, old: list[ObjectId]) -> None:
    migration._complete(mongo.db)
    mark_old(*old[:4])
    courses.raw.drop_index("search")
    migration.up(mongo.db)
    assert found("relations databases") == 7


def test_what_is_edited_meanwhile_keeps_the_words_of_the_edit(
    world: World, migration: Any, old: list[ObjectId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the version before edits, or this one; here between the reading of a course and its writing."""
    changes = migration._changes
    editor = world.person("admin")

    def slowly(db: Any) -> Any:
        made = list(changes(db))
        if len(made) == 7:
            edit_by_both(world, editor, old)
        return iter(made)

    monkeypatch.setattr(migration, "_changes", slowly)
    migration.up(mongo.db)
    assert (found("relation database"), found("knotting boat"), found("bend boats")) == (5, 1, 1)


def edit_by_both(world: World, editor: Person, ids: list[ObjectId]) -> None:
    assert world.put(f"/courses/editCourse/{ids[0]}", {"title": "Knotted Boats"}, by=editor).status_code == 200
    courses.raw.update_one({"_id": ids[1]}, {"$set": {"title": "Bends and Boats", "titlePrefixes": "be_ ben_"}})
