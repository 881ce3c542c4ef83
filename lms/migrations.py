"""Runs `migrations_scripts/` in order, each once, also when two start at once."""

import importlib.util
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.extensions import mongo
from lms.models.system.migrations import migrations

FOLDER = Path(__file__).parent.parent / "migrations_scripts"

WAIT_SECONDS = 600


class MigrationFailed(Exception):
    """A migration raised; it is not recorded and nothing after it has run."""


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("[0-9][0-9][0-9][0-9]_*.py"))


def status() -> list[tuple[str, datetime | None]]:
    """Every migration with when it ran (UTC), or none."""
    ran = migrations.ran()
    return [(name, ran.get(name)) for name in names()]


def upgrade(announce: Callable[[str], None]) -> int:
    """Run what has not run yet and say how many that were; raises MigrationFailed at the first that fails."""
    with _lock():
        pending = [name for name, ran_at in status() if ran_at is None]
        for name in pending:
            announce(name)
            _run(name)
    return len(pending)


def _run(name: str) -> None:
    began = time.monotonic()
    try:
        _load(name).up(mongo.db)
    except Exception as error:
        raise MigrationFailed(f"Migration {name} failed and nothing after it was run: {error}") from error
    migrations.record(name, round(time.monotonic() - began, 3))


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    if spec is None or spec.loader is None:
        raise MigrationFailed(f"Migration {name} cannot be read.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _lock() -> Iterator[None]:
    """Hold the one lock there is, waiting for whoever has it; a dead holder's lock runs out."""
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
    deadline = time.monotonic() + WAIT_SECONDS
    while not migrations.take_lock(holder):
        if time.monotonic() > deadline:
            raise MigrationFailed("Another `flask db upgrade` has been running for ten minutes.")
        time.sleep(0.2)
    try:
        yield
    finally:
        migrations.release_lock(holder)
