"""Migration 0005 on a database as the version before it left one."""

from typing import Any

import pytest

from lms import migrations
from lms.extensions import mongo
from lms.models.accounts import user_administration
from lms.models.accounts.users import users
from tests.world import World


@pytest.fixture
def migration() -> Any:
    return migrations._load("0005_find_people")


def found(query: str) -> list[str]:
    return sorted(user["firstName"] for user in users.find(user_administration.having(query)))


def test_people_of_before_are_found_afterwards(world: World, migration: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 3)
    for number in range(7):
        world.person(firstName=f"Zoë{number}", lastName="Müller", deletedAt=None)
    users.update_many({}, {"$unset": {"searchText": ""}})
    assert found("muller zoe") == []
    for _ in range(2):
        migration.up(mongo.db)
        assert found("muller zoe") == [f"Zoë{number}" for number in range(7)]


def test_who_is_erased_stays_unfindable(world: World, migration: Any) -> None:
    person = world.person()
    users.erase(person.id)
    migration.up(mongo.db)
    assert "searchText" not in users.raw.find_one({"_id": person.id})  # type: ignore[operator]


def test_who_is_renamed_meanwhile_keeps_the_new_name(world: World, migration: Any) -> None:
    person = world.person(firstName="Meera")
    users.update({}, {"$unset": {"searchText": ""}})
    assert mongo.db is not None
    changes = list(migration._changes(mongo.db))
    users.rename(person.id, {"firstName": "Lata"})
    mongo.db.users.bulk_write(changes)
    assert (found("lata"), found("meera")) == (["Lata"], [])
