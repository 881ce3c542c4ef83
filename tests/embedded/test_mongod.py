"""The embedded MongoDB is a replica set that keeps what it acknowledged."""

import platform
import stat

import pymongo
import pytest
from pymongo.errors import PyMongoError

from lms.embedded.address import Address
from lms.embedded.mongod import Mongod
from lms.embedded.processes import EmbeddedError


@pytest.fixture(scope="module")
def mongod(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mongod")
    server = Mongod(directory, Address.of(directory).host, 27017)
    server.start()
    yield server
    server.kill()


def test_transactions_and_change_streams_work(mongod):
    with pymongo.MongoClient(mongod.url) as client, client.test.things.watch() as stream:
        with client.start_session() as session, session.start_transaction():
            client.test.things.insert_one({"_id": 1}, session=session)
        assert next(stream)["fullDocument"] == {"_id": 1}


def test_readiness_leaves_nothing_behind(mongod):
    with pymongo.MongoClient(mongod.url) as client:
        assert "readiness" not in client.list_database_names()


def test_it_listens_on_its_own_address_only(mongod):
    with (
        pymongo.MongoClient("127.0.0.1", mongod.port, serverSelectionTimeoutMS=100) as client,
        pytest.raises(PyMongoError),
    ):
        client.admin.command("ping")


def test_a_paused_server_answers_again_once_resumed(mongod):
    with pymongo.MongoClient(mongod.url) as client:
        mongod.pause()
        try:
            with pytest.raises(PyMongoError), pymongo.timeout(0.2):
                client.admin.command("ping")
        finally:
            mongod.resume()
        assert client.admin.command("ping")["ok"] == 1


def test_documents_survive_a_kill_and_open_clients_go_on(mongod):
    with pymongo.MongoClient(mongod.url) as client:
        client.test.kept.insert_many([{"_id": number} for number in range(100)])
        mongod.kill()
        mongod.start()
        assert client.test.kept.count_documents({}) == 100
        client.test.kept.insert_one({"_id": 100})


def fake_binary(directory, script):
    binary = directory / "mongod-stand-in"
    binary.write_text(f"#!/bin/sh\n{script}\n")
    binary.chmod(binary.stat().st_mode | stat.S_IXUSR)
    return binary


def test_a_missing_library_is_named_with_its_package(tmp_path):
    message = "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file"
    server = Mongod(tmp_path, "127.0.0.1", 1, fake_binary(tmp_path, f"echo '{message}' >&2; exit 127"))
    with pytest.raises(EmbeddedError, match=r"libcurl\.so\.4: install it .*apt-get install libcurl4.*MONGODB_URL"):
        server.start()


def test_a_server_that_ends_says_how_with_the_end_of_its_log(tmp_path):
    server = Mongod(tmp_path, "127.0.0.1", 1, fake_binary(tmp_path, "echo disk full; exit 3"))
    with pytest.raises(EmbeddedError, match=r"(?s)^mongod ended with exit code 3; .*disk full"):
        server.start()


def test_another_platform_is_told_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    with pytest.raises(EmbeddedError, match="Linux x86-64 only: set MONGODB_URL"):
        Mongod(tmp_path, "127.0.0.1", 1).start()
