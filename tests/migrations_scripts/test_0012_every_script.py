"""Migration 0012 on a database as the version before it left one."""

from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given, settings

from lms import migrations
from lms.extensions import mongo
from lms.models.accounts import user_administration
from lms.models.accounts.users import users
from lms.models.catalogue.course_search import searchable, text_filter
from lms.models.catalogue.courses import courses, with_keys
from lms.models.catalogue.tags import tags
from lms.models.system import folding
from lms.models.system.audit_log import audit_log
from lms.models.system.finding import having
from tests.scripts import TEXT
from tests.world import World

OLD = {
    "$set": {"titleText": "हिन्दी 机器学习", "titlePrefixes": "हि_", "descriptionText": "straße", "tagText": ["Café"]},
    "$unset": {"tagKeys": "", "languageKey": "", "searchText": ""},
}


@pytest.fixture
def migration(monkeypatch: pytest.MonkeyPatch) -> Any:
    made = migrations._load("0012_search_every_script")
    monkeypatch.setattr(made, "BATCH", 3)
    return made


@pytest.fixture
def old(world: World) -> list[ObjectId]:
    """Courses, tags, people and rows of the audit log as the version before wrote them."""
    teacher, category = world.person("instructor", firstName="Nguyễn", lastName="Đặng"), world.category()
    made = [
        world.course(
            teacher,
            0,
            title=f"हिन्दी 机器学习 {number}",
            description="<p>Straße</p>",
            category=category,
            tags=["café"],
            language="Português",
        ).id
        for number in range(7)
    ]
    tags.keep(["café"])
    audit_log.record("tag.rename", tags.subject({"_id": "straße"}), {}, {"tag": "x"}, "Đổi tên")
    assert mongo.db is not None
    mongo.db.courses.update_many({}, OLD)
    mongo.db.courses.update_one({"_id": made[0]}, {"$set": {"deletedAt": courses.raw.find_one()["createdAt"]}})  # type: ignore[index]
    mongo.db.tags.update_many({}, {"$unset": {"searchText": ""}})
    mongo.db.users.update_many({}, {"$set": {"searchText": "nguyen đang"}})
    mongo.db.auditLog.update_many({}, {"$set": {"searchText": "straße đoi ten"}})
    return made


def test_what_is_there_is_found_as_if_it_were_written_now(migration: Any, old: list[ObjectId]) -> None:
    for _ in range(2):
        migration.up(mongo.db)
        assert courses.raw.count_documents(text_filter("हिंदी 学习")) == 7
        assert courses.raw.count_documents(text_filter("strasse")) == 7
        for course in courses.raw.find():
            written = searchable(course["title"], course["description"], course["tags"])
            assert {**course, **with_keys({**written, "language": course["language"]})} == course
        assert courses.raw.count_documents({"tagKeys": "cafe", "languageKey": "portugues"}) == 7
        assert [tag["_id"] for tag in tags.find(having("CAFE"))] == ["café"]
        assert users.count(user_administration.having("dang nguyen")) == 1
        assert audit_log.count(having("STRASSE doi")) == 1


def test_it_may_run_again_and_rewrites_nothing(migration: Any, old: list[ObjectId]) -> None:
    migration.up(mongo.db)
    assert [list(migration._changes(mongo.db, name, *how)) for name, how in migration.FOUND.items()] == [[]] * 4


def test_who_is_erased_stays_unfindable(world: World, migration: Any) -> None:
    person = world.person()
    users.erase(person.id)
    migration.up(mongo.db)
    assert "searchText" not in users.raw.find_one({"_id": person.id})  # type: ignore[operator]


def test_what_is_edited_meanwhile_keeps_the_words_of_the_edit(migration: Any, old: list[ObjectId]) -> None:
    changes = list(migration._changes(mongo.db, "courses", *migration.FOUND["courses"]))
    courses.raw.update_one({"_id": old[1]}, {"$set": {"title": "Knots", "titleText": "knots"}})
    assert mongo.db is not None
    mongo.db.courses.bulk_write(changes)
    assert courses.raw.find_one({"_id": old[1]})["titleText"] == "knots"  # type: ignore[index]
    migration.up(mongo.db)
    assert courses.raw.count_documents(text_filter("हिंदी")) == 6


@settings(deadline=None, max_examples=200)
@given(TEXT)
def test_it_folds_as_this_version_does(text: str) -> None:
    """Once it does not, a catalogue needs another migration; then this test goes."""
    made = migrations._load("0012_search_every_script")
    assert made._folded(text) == folding.folded(text)
    of_a_course = made._of_a_course({"title": text, "description": text, "tags": [text], "language": text})
    written = with_keys({**searchable(text, text, [text]), "language": text})
    assert of_a_course == {name: written[name] for name in of_a_course}
