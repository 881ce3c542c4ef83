"""Migration 0002 on a database as the version before it left one."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from pymongo import TEXT, IndexModel

from lms import migrations
from lms.extensions import mongo
from lms.models.catalogue.courses import courses
from tests.world import World

OLD_INDEXES: dict[str, list[Any]] = {
    "courses": [
        [("category", 1), ("status", 1), ("publishedAt", -1)],
        [("title", TEXT), ("tags", TEXT), ("description", TEXT)],
    ],
    "ratingAndReviews": [
        [("course", 1), ("status", 1), ("createdAt", -1)],
        [("status", 1), ("createdAt", -1)],
        [("status", 1), ("rating", -1)],
    ],
}


@pytest.fixture
def migration(world: World) -> Iterator[Any]:
    """The migration, before a database with the old indexes; afterwards the indexes are the declared ones."""
    assert mongo.db is not None
    for collection, indexes in OLD_INDEXES.items():
        mongo.db[collection].drop_indexes()
        mongo.db[collection].create_indexes([IndexModel(keys, name=name_of(keys)) for keys in indexes])
    yield migrations._load("0002_search_beginnings_of_words")
    for collection in OLD_INDEXES:
        mongo.db[collection].drop_indexes()


def name_of(keys: list[tuple[str, Any]]) -> str:
    return "search" if TEXT in dict(keys).values() else "_".join(f"{field}_{order}" for field, order in keys)


def old_course(number: int, **fields: Any) -> dict[str, Any]:
    return {"_id": ObjectId(), "title": f"Pottery {number}", "description": "<p>Clay</p>", "tags": [], **fields}


def names_of(collection: str) -> set[str]:
    assert mongo.db is not None
    return set(mongo.db[collection].index_information())


def found(word: str) -> int:
    return courses.raw.count_documents({"$text": {"$search": word}})


def test_old_courses_are_found_by_beginnings_and_not_by_markup(migration: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 3)
    courses.insert_many(old_course(number) for number in range(7))
    courses.insert(old_course(8, deletedAt=None, description="plain & simple"))
    assert found("p") == 7, "the old index holds markup"
    migration.up(mongo.db)
    assert (found("pott_"), found("clay"), found("simple"), found("p")) == (8, 7, 1, 0)
    assert courses.raw.find_one({"title": "Pottery 3"})["descriptionText"] == "clay"


def test_it_may_run_again_and_rewrites_nothing(migration: Any) -> None:
    courses.insert_many(old_course(number) for number in range(3))
    migration.up(mongo.db)
    courses.raw.update_one({"title": "Pottery 1"}, {"$set": {"titlePrefixes": "kept_"}})
    before = courses.raw.find().to_list(), names_of("courses"), names_of("ratingAndReviews")
    migration.up(mongo.db)
    assert (courses.raw.find().to_list(), names_of("courses"), names_of("ratingAndReviews")) == before


def test_half_of_it_is_completed(migration: Any) -> None:
    courses.insert_many([old_course(1, titlePrefixes="po_"), old_course(2, descriptionText="clay")])
    migration.up(mongo.db)
    assert found("pott_") == 2


def test_what_the_new_indexes_replace_is_gone(migration: Any) -> None:
    old = {name_of(keys) for indexes in OLD_INDEXES.values() for keys in indexes} - {"search"}
    migration.up(mongo.db)
    assert not old & (names_of("courses") | names_of("ratingAndReviews"))
    assert mongo.db is not None
    search = mongo.db.courses.index_information()["search"]
    assert search["weights"] == {"title": 10, "tags": 5, "titlePrefixes": 4, "descriptionText": 1}
    assert names_of("courses") == {"_id_", "search"}
