from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from lms import migrations
from lms.extensions import mongo
from lms.models.base import COLLECTIONS, now

COUNTING = "def up(db):\n    db.marks.insert_one({'name': '%s'})\n"
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
