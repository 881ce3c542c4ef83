import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from pymongo.errors import WriteError

from lms import migrations
from lms.extensions import mongo
from lms.models.base import COLLECTIONS, now

COUNTING = "def up(db):\n    db.marks.insert_one({'name': '%s'})\n"
LONG = """
import time

def up(db):
    first = db.migrations.find_one({'_id': 'lock'})
    renewed, deadline = set(), time.monotonic() + 60
    while len(renewed) < 2:
        assert time.monotonic() < deadline
        renewed.add(db.migrations.find_one({'_id': 'lock', 'holder': first['holder']})['until'])
        time.sleep(0.01)
    db.marks.insert_one({'name': 'long'})
"""
ROBBED = COUNTING % "first" + "    db.migrations.update_one({'_id': 'lock'}, {'$set': {'holder': 'another'}})\n"
SHORT = timedelta(seconds=3)
FAILING = "def up(db):\n    raise ValueError('a broken step')\n"


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A folder of migrations of its own, none of which has run."""
    monkeypatch.setattr(migrations, "FOLDER", tmp_path)
    kept = list(mongo.db.migrations.find())
    mongo.db.migrations.delete_many({})
    yield tmp_path
    mongo.db.drop_collection("marks")
    mongo.db.migrations.delete_many({})
    mongo.db.migrations.insert_many(kept)


def marks() -> list[str]:
    return [mark["name"] for mark in mongo.db.marks.find()]


def upgrade() -> int:
    return migrations.upgrade(lambda name: None)


def test_migrations_run_in_order_and_once(folder: Path) -> None:
    for name in ("0002_second", "0001_first", "0010_last"):
        (folder / f"{name}.py").write_text(COUNTING % name)
    assert upgrade() == 3
    assert upgrade() == 0
    assert marks() == ["0001_first", "0002_second", "0010_last"]
    assert all(ran_at for _, ran_at in migrations.status())


def test_two_that_start_at_once_run_each_migration_once(folder: Path) -> None:
    for number in range(1, 6):
        (folder / f"000{number}_step.py").write_text(COUNTING % number)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: upgrade(), range(4))) == 5
    assert marks() == ["1", "2", "3", "4", "5"]


def test_a_failure_stops_loudly_and_is_run_again(folder: Path) -> None:
    (folder / "0001_first.py").write_text(COUNTING % "first")
    (folder / "0002_broken.py").write_text(FAILING)
    (folder / "0003_third.py").write_text(COUNTING % "third")
    with pytest.raises(migrations.MigrationFailed, match=r"0002_broken failed.*a broken step"):
        upgrade()
    assert [name for name, ran_at in migrations.status() if ran_at] == ["0001_first"]
    (folder / "0002_broken.py").write_text(COUNTING % "mended")
    assert upgrade() == 2
    assert marks() == ["first", "mended", "third"]


def test_the_lock_of_one_that_runs_is_renewed(folder: Path) -> None:
    """However long a migration takes, it runs once."""
    (folder / "0001_long.py").write_text(LONG)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: migrations.upgrade(lambda name: None, SHORT), range(2))) == 1
    assert marks() == ["long"]
    assert not [thread for thread in threading.enumerate() if thread.name == "migrations-lease"]


def test_who_has_lost_the_lock_stops_before_the_next_migration(folder: Path) -> None:
    (folder / "0001_first.py").write_text(ROBBED)
    (folder / "0002_second.py").write_text(COUNTING % "second")
    with pytest.raises(migrations.MigrationFailed, match="taken over"):
        upgrade()
    assert marks() == ["first"]
    assert mongo.db.migrations.find_one({"_id": "lock"})["holder"] == "another"


def test_a_database_that_does_not_fit_is_told_at_the_end(folder: Path) -> None:
    """Migrations may write what the validators of before refuse; those of now are on again afterwards."""
    (folder / "0001_unfit.py").write_text("def up(db):\n    db.tags.insert_one({'_id': 'half'})\n")
    with pytest.raises(migrations.MigrationFailed, match=r"1 documents of tags are not as .* 'half'"):
        upgrade()
    mongo.db.tags.delete_many({})
    assert upgrade() == 0
    with pytest.raises(WriteError, match="failed validation"):
        mongo.db.tags.insert_one({"_id": "half"})


def test_a_dead_holders_lock_runs_out(folder: Path) -> None:
    (folder / "0001_first.py").write_text(COUNTING % "first")
    mongo.db.migrations.insert_one({"_id": "lock", "holder": "dead", "until": now()})
    assert upgrade() == 1


def test_the_real_migrations_make_every_declared_index(app: Flask) -> None:
    for collection in COLLECTIONS.values():
        declared = {index.document["name"] for index in collection.indexes}
        assert declared <= mongo.db[collection.name].index_information().keys()


def test_the_commands_say_what_they_did(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).output == "The database is up to date.\n"
    assert runner.invoke(args=["db", "status"]).output.startswith("0001_create_indexes  20")
