"""Their server goes on writing while its school moves."""

from threading import Event, Thread

import pymongo
import pytest
from flask import Flask
from pymongo.database import Database
from pymongo.errors import OperationFailure

from lms.errors import NoChangeStream
from lms.models.accounts.users import users
from lms.models.actors import OPERATOR, acting_as
from lms.moving.became import Options
from lms.moving.follow import follow
from lms.moving.source import Source
from lms.moving.tally import Tally
from tests.moving.conftest import imported
from tests.moving.dialects import Document
from tests.moving.stage import their_url
from tests.moving.state import every_document
from tests.moving.their_server import TheirServer, hashed
from tests.waiting import eventually
from tests.world import World

ACTS = 60


def test_what_their_server_writes_meanwhile_is_followed(
    world: World, db: Database[Document], environment: dict[str, str]
) -> None:
    server, stop, rounds = TheirServer(db).open(), Event(), list[Tally]()
    leaving, changing = server.students[0], server.students[1]
    thread = Thread(target=_follow, args=(world.app, their_url(environment), rounds, stop))
    thread.start()
    for _ in range(ACTS):
        server.act()
    eventually(lambda: rounds, "The first round")
    everybody_acts(server)
    eventually(lambda: users.count({"_id": leaving}) == 0, "The end of an account")
    db.users.update_one({"_id": changing}, {"$set": {"password": hashed("another secret", "$2a$")}})
    stop.set()
    thread.join()
    email = users.get({"_id": changing})["email"]
    assert world.post("/auth/login", {"email": email, "password": "another secret"}).status_code == 200
    assert sum(tally.changes for tally in rounds[1:]) > 0
    followed = without_sign_ins()
    world.empty()
    imported(their_url(environment))
    fresh = without_sign_ins()
    assert followed == fresh


def everybody_acts(server: TheirServer) -> None:
    """Every kind of change: new ones, edits, and all that can go."""
    for _ in range(ACTS):
        server.act()
    server.delete_account(server.students[0])
    section = server.create_section(server.courses[1], "New")
    server.create_lesson(section)
    server.edit_course(server.courses[1], courseName="Renamed", price=777)
    gone = (server.db.courses.find_one({"_id": server.courses[1]}) or {})["courseContent"][0]
    server.delete_section(gone)
    server.delete_course(server.courses[2])
    server.review(*server.bought[0], 3)


def _follow(app: Flask, url: str, rounds: list[Tally], stop: Event) -> None:
    source = Source(url)
    try:
        with app.app_context(), acting_as(OPERATOR):
            follow(source, Options(), rounds.append, stop.is_set)
    finally:
        source.close()


def without_sign_ins() -> dict[str, list[object]]:
    """Everything, but for what signing in leaves."""
    found = every_document()
    for each in found["users"]:
        each.pop("lastSignInAt", None)
    return {name: rows for name, rows in found.items() if name not in ("sessions", "limitWindows", "limitCounters")}


def test_a_server_that_tells_of_no_changes_says_what_to_do(
    db: Database[Document], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As MongoDB 6 answers on a server that is no replica set; there is none among the tests' servers."""

    def refuse(*_: object, **__: object) -> None:
        raise OperationFailure("The $changeStream stage is only supported on replica sets", 40573)

    TheirServer(db).create_category("Music")
    source = Source(their_url(environment))
    monkeypatch.setattr(pymongo.database.Database, "watch", refuse)
    with pytest.raises(NoChangeStream, match="--since"), source.changes():
        pass
    source.close()
