"""What a round does where something dies, somebody else writes, or a row is poison."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect

from lms.controllers.imports import rounds, staging, undoing
from lms.controllers.imports.kinds.learners import Learners
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import imports
from lms.services.imports import row_store
from tests.database import only_accepting
from tests.importing import finished, table, upload
from tests.world import Person, World

NAMES = ("email", "firstName")
MANY = 120


@pytest.fixture
def running(world: World, admin: Person) -> ObjectId:
    """An import of whose rows none is written yet."""
    made = upload(world, admin, "learners", table(NAMES, *((f"p{n}@example.com", f"P{n}") for n in range(1, MANY + 1))))
    import_id = ObjectId(made.json["data"]["id"])
    staging.stage(import_id)
    assert imports.enter(import_id, ("checked",), "running")
    return import_id


def beside(world: World, act: Callable[[], Any]) -> None:
    """What somebody else does meanwhile, outside the transaction that is going on."""

    def run() -> None:
        with world.app.app_context():
            act()

    other = Thread(target=run)
    other.start()
    other.join()


def counted(import_id: ObjectId) -> tuple[int, ...]:
    of = imports.get({"_id": import_id})
    rows = import_rows.count({"importId": import_id})
    return (of["cursor"], of["created"], of["failed"], rows, users.count({"email": {"$regex": "^p"}}))


def test_a_row_that_mongodb_refuses_fails_alone(world: World, running: ObjectId) -> None:
    with only_accepting("users", {"firstName": {"$ne": "P7"}}):
        rounds.go_on(running)
    assert counted(running) == (MANY, MANY - 1, 1, MANY, MANY - 1)
    [failed] = import_rows.find({"outcome": "failed"})
    assert (failed["row"], failed["code"], failed["reason"]) == (7, "not_written", "This row could not be written.")
    assert imports.get({"_id": running})["state"] == "done"


def test_without_mongodb_nothing_is_called_failed(
    world: World, running: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Learners.write
    broken = [True]

    def breaks_once(self: Learners, rows: Any, of: Any) -> Any:
        written = real(self, rows, of)
        if broken.pop() if broken else False:
            raise AutoReconnect("gone")
        return written

    monkeypatch.setattr(Learners, "write", breaks_once)
    with pytest.raises(AutoReconnect):
        rounds.go_on(running)
    assert counted(running) == (0, 0, 0, 0, 0)
    rounds.go_on(running)
    assert counted(running)[0] == 0, "The lease of the round that died still holds."
    imports.update({"_id": running}, {"$set": {"leasedUntil": now() - timedelta(seconds=1)}})
    rounds.take_up()
    assert counted(running) == (MANY, MANY, 0, MANY, MANY)


def test_somebody_who_signs_up_at_the_same_moment_keeps_their_account(
    world: World, running: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, first = users.invite, [True]

    def beaten(email: str, *names: str) -> ObjectId:
        if email == "p3@example.com" and first:
            first.clear()
            beside(world, lambda: world.person(email=email, firstName="Quick"))
        return real(email, *names)

    monkeypatch.setattr(users, "invite", beaten)
    rounds.go_on(running)
    assert counted(running)[0] == MANY
    assert users.by_email("p3@example.com")["firstName"] == "Quick"
    assert import_rows.get({"row": 3})["outcome"] in ("skipped", "failed")


def test_what_is_paused_in_between_stands_after_whole_rows(
    world: World, running: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Learners.write

    def pauses(self: Learners, rows: Any, of: Any) -> Any:
        if import_rows.count({}):
            beside(world, lambda: imports.raw.update_one({"_id": running}, {"$set": {"state": "paused"}}))
        return real(self, rows, of)

    monkeypatch.setattr(Learners, "write", pauses)
    rounds.go_on(running)
    done = row_store.PIECE
    assert counted(running) == (done, done, 0, done, done)
    assert "leaseHolder" not in imports.get({"_id": running})
    monkeypatch.undo()
    assert imports.enter(running, ("paused",), "running")
    rounds.go_on(running)
    assert counted(running) == (MANY, MANY, 0, MANY, MANY)


def test_a_round_that_has_no_time_left_promises_the_next(
    world: World, running: ObjectId, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SHARE", 0)
    rounds.go_on(running)
    assert counted(running)[0] == 0
    monkeypatch.undo()
    assert finished(world, admin, str(running))["created"] == MANY


def test_undoing_goes_on_where_it_was(world: World, running: ObjectId, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds.go_on(running)
    assert imports.enter(running, ("done",), "undoing")
    monkeypatch.setattr(undoing, "SHARE", 0)
    rounds.go_on(running)
    assert imports.get({"_id": running})["undone"] == 0
    monkeypatch.undo()
    monkeypatch.setattr(undoing, "PIECE", 50)
    real = Learners.undo

    def cancelled(self: Learners, made: Any) -> bool:
        beside(world, lambda: imports.raw.update_one({"_id": running}, {"$set": {"leaseHolder": "another"}}))
        return real(self, made)

    monkeypatch.setattr(Learners, "undo", cancelled)
    rounds.go_on(running)
    of = imports.get({"_id": running})
    assert (of["state"], of["undone"], users.count({"email": {"$regex": "^p"}})) == ("undoing", 0, MANY)
    monkeypatch.undo()
    imports.update({"_id": running}, {"$unset": {"leaseHolder": "", "leasedUntil": ""}})
    rounds.go_on(running)
    assert (imports.get({"_id": running})["state"], users.count({"email": {"$regex": "^p"}})) == ("undone", 0)


def test_two_rounds_never_overlap(world: World, running: ObjectId) -> None:
    assert imports.claim(running, "running", "another") is not None
    rounds.go_on(running)
    rounds.take_up()
    assert counted(running)[0] == 0


def test_staging_twice_ends_the_same(world: World, running: ObjectId) -> None:
    before = imports.get({"_id": running})
    staging.stage(running)
    assert imports.get({"_id": running}) == before
    assert row_store.piece(running, MANY + row_store.PIECE) is None
    assert [row[0] for row in row_store.piece(running, 52) or ()] == list(range(53, 101))
