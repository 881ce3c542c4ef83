"""Runs `migrations_scripts/` in order, each once, also when two start at once, and then makes what models declare."""

import importlib.util
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from lms.extensions import mongo
from lms.models.preparation import DocumentsDoNotFit, prepare, relax
from lms.models.system.migrations import migrations
from lms.models.system.studynotion import is_studynotion

FOLDER = Path(__file__).parent.parent / "migrations_scripts"

WAIT_SECONDS = 600
LEASE = timedelta(minutes=2)
"""How long a holder's lock lasts that does not renew it; it does so three times in that."""


THEIRS = (
    "MONGODB_URL names a StudyNotion database, and nothing was written to it. Give this server a database of its own, "
    "run `flask db upgrade` on that, and then `flask import studynotion --from <the address of this one>`."
)


class MigrationFailed(Exception):
    """A migration raised; it is not recorded and nothing after it has run."""


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("[0-9][0-9][0-9][0-9]_*.py"))


def status() -> list[tuple[str, datetime | None]]:
    """Every migration with when it ran (UTC), or none."""
    ran = migrations.ran()
    return [(name, ran.get(name)) for name in names()]


def upgrade(announce: Callable[[str], None], lease: timedelta = LEASE) -> int:
    """Run what has not run yet, then bring the database to what the models declare; how many migrations ran.

    Raises MigrationFailed at the first that fails, when documents are not as their class declares them, and, before
    anything is written, on a database of StudyNotion's, whose collections have the names of ours.
    """
    assert mongo.db is not None, "The application has not been created yet."
    if is_studynotion(mongo.db):
        raise MigrationFailed(THEIRS)
    with _lock(lease) as hold:
        pending = [name for name, ran_at in status() if ran_at is None]
        if pending:
            relax(mongo.db)
        for name in pending:
            hold()
            announce(name)
            _run(name)
        hold()
        try:
            prepare(mongo.db)
        except DocumentsDoNotFit as error:
            raise MigrationFailed(str(error)) from error
    return len(pending)


def _run(name: str) -> None:
    began = time.monotonic()
    try:
        _load(name).up(mongo.db)
        migrations.record(name, round(time.monotonic() - began, 3))
    except Exception as error:
        raise MigrationFailed(f"Migration {name} failed and nothing after it was run: {error}") from error


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    if spec is None or spec.loader is None:
        raise MigrationFailed(f"Migration {name} cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _lock(lease: timedelta) -> Iterator[Callable[[], None]]:
    """Hold the one lock there is, waiting for whoever has it; a dead holder's lock runs out.

    Gives what makes sure that it is still held, and raises MigrationFailed when it is not.
    """
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
    deadline = time.monotonic() + WAIT_SECONDS
    while not migrations.take_lock(holder, lease):
        if time.monotonic() > deadline:
            raise MigrationFailed("Another `flask db upgrade` has been running for ten minutes.")
        time.sleep(0.2)

    def hold() -> None:
        if not migrations.renew_lock(holder, lease):
            raise MigrationFailed("Another `flask db upgrade` has taken over; nothing more was run here.")

    ended = threading.Event()
    heart = threading.Thread(target=_beat, args=(holder, lease, ended), name="migrations-lease", daemon=True)
    heart.start()
    try:
        yield hold
    finally:
        ended.set()
        heart.join()
        migrations.release_lock(holder)


def _beat(holder: str, lease: timedelta, ended: threading.Event) -> None:
    """Renew the lock until all is done, or somebody else has it; an outage shorter than the lease does no harm."""
    while not ended.wait(lease.total_seconds() / 3):
        try:
            if not migrations.renew_lock(holder, lease):
                return
        except PyMongoError:
            continue
