"""What an import does not do, and says why."""

import os

import pymongo
import pytest
from pymongo.database import Database

from lms import migrations
from lms.errors import ImportGoesOn, NotStudyNotion, SourceIsTarget, SourceUnreachable, TargetNotReady
from lms.extensions import mongo
from lms.models.system.migrations import migrations as record
from lms.models.system.move_runs import move_runs
from lms.moving.became import Options
from lms.moving.run import copy, look
from lms.moving.source import Source
from tests.database import another
from tests.moving.conftest import command, imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.moving.their_server import TheirServer
from tests.smtp import free_port
from tests.world import World


def refused(url: str) -> None:
    source = Source(url)
    try:
        look(source, Options())
    finally:
        source.close()


def test_a_database_is_not_imported_into_itself(world: World, environment: dict[str, str]) -> None:
    with pytest.raises(SourceIsTarget):
        refused(environment["MONGODB_URL"])


def test_nor_when_its_address_is_another(
    world: World, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nodes of the two clients differ, as those of a proxy and of the server behind it do."""
    monkeypatch.setattr(pymongo.MongoClient, "nodes", property(lambda client: frozenset({(str(id(client)), 1)})))
    with pytest.raises(SourceIsTarget):
        refused(environment["MONGODB_URL"])


def test_what_is_no_school_of_theirs_is_not_imported(world: World, environment: dict[str, str]) -> None:
    with pytest.raises(NotStudyNotion, match="Mongoose uses `test`"):
        refused(their_url(environment).replace("_theirs", "_empty"))


def test_a_server_that_does_not_answer_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.moving.source.PATIENCE_MILLISECONDS", 100)
    result = command(world, f"mongodb://127.0.0.1:{free_port()}/theirs", "--look")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {SourceUnreachable.message}")


def test_an_address_that_is_none_is_refused(world: World) -> None:
    result = command(world, "postgres://127.0.0.1/theirs", "--look")
    assert (result.exit_code, SourceUnreachable.message in result.output) == (1, True)


def test_it_waits_for_migrations(world: World, db: Database[Document], environment: dict[str, str]) -> None:
    TheirServer(db).sign_up()
    name, ran_at = migrations.status()[-1]
    kept = record.raw.find_one_and_delete({"_id": name})
    try:
        with pytest.raises(TargetNotReady):
            refused(their_url(environment))
    finally:
        record.raw.insert_one(kept)
    assert ran_at


def test_two_do_not_import_at_once(world: World, db: Database[Document], environment: dict[str, str]) -> None:
    TheirServer(db).sign_up()
    assert move_runs.take_lock()
    move_runs.raw.update_one({"_id": "lock"}, {"$set": {"process": os.getppid()}})
    with pytest.raises(ImportGoesOn):
        imported(their_url(environment))
    move_runs.raw.update_one({"_id": "lock"}, {"$set": {"process": 2**22 + 1}})
    assert imported(their_url(environment)).changes > 0
    assert move_runs.count({"_id": "lock"}) == 0


def test_whoever_loses_its_place_stops(
    world: World, db: Database[Document], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a pause of minutes, in which another took over."""
    TheirServer(db).open()
    source = Source(their_url(environment))

    monkeypatch.setattr("lms.moving.run.RENEW_SECONDS", -1)
    monkeypatch.setattr(type(move_runs), "renew_lock", lambda _: False)
    with pytest.raises(ImportGoesOn):
        copy(source, Options())
    source.close()
    assert move_runs.is_unfinished()


def test_upgrading_a_database_of_theirs_says_what_it_is_and_writes_nothing(
    world: World, db: Database[Document], environment: dict[str, str]
) -> None:
    server = TheirServer(db)
    server.sign_up()
    assert mongo.cx is not None
    with another(db.name), pytest.raises(migrations.MigrationFailed, match="flask import studynotion"):
        migrations.upgrade(lambda name: None)
    assert set(db.list_collection_names()) == {"users", "profiles"}
    assert list(db.users.index_information()) == ["_id_"]


@pytest.mark.parametrize("words", [["--since", "yesterday"], ["--admin", "nobody"]])
def test_words_that_make_no_sense_are_refused(world: World, words: list[str]) -> None:
    assert command(world, "mongodb://127.0.0.1:1/theirs", *words).exit_code == 2
