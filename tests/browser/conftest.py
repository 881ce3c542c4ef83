"""The application as it is deployed, with demo data in a database of its own, and a browser to use it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
import redis

from tests.browser.frontend import Browser, chromium, page_server
from tests.processes import flask, gunicorn

PLAYBACK_SECONDS = 8
"""Long enough for a slow machine to begin playing, short enough to be waited for."""


@pytest.fixture
def page_origin() -> Iterator[str]:
    with page_server() as origin:
        yield origin


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for large files, which pytest would keep for three more runs."""
    with tempfile.TemporaryDirectory(prefix="lms-browser-") as path:
        yield Path(path)


@pytest.fixture
def own_environment(environment: dict[str, str], worker_number: int, page_origin: str, folder: Path) -> dict[str, str]:
    """What processes with a database of their own, apart from that of this worker's tests, have to be told."""
    return {
        **os.environ,
        **environment,
        "MONGODB_URL": environment["MONGODB_URL"].replace("/lms_test_", "/lms_browser_"),
        "REDIS_URL": f"{environment['REDIS_URL'].rpartition('/')[0]}/{15 - worker_number}",
        "INSTANCE_DIR": str(folder / "instance"),
        "CORS_ORIGINS": page_origin,
        "PLAYBACK_SECONDS": str(PLAYBACK_SECONDS),
        "LOG_LEVEL": "ERROR",
    }


@pytest.fixture
def demo_data(own_environment: dict[str, str]) -> Iterator[None]:
    _drop(own_environment)
    try:
        run_flask("db", "upgrade", environment=own_environment)
        run_flask("seed", environment=own_environment)
        yield
    finally:
        _drop(own_environment)


def _drop(environment: dict[str, str]) -> None:
    with pymongo.MongoClient[dict[str, Any]](environment["MONGODB_URL"]) as database:
        database.drop_database(database.get_default_database().name)
    with redis.Redis.from_url(environment["REDIS_URL"]) as connection:
        connection.flushdb()


def run_flask(*command: str, environment: dict[str, str]) -> None:
    """Run a `flask` command to its end, which has to be a good one."""
    with flask(*command, environment=environment) as process:
        assert process.wait(60) == 0


@pytest.fixture
def browser(demo_data: None, own_environment: dict[str, str], page_origin: str) -> Iterator[Browser]:
    with gunicorn("wsgi:app", own_environment) as address:
        api = address.replace("127.0.0.1", "localhost") + "/api/v1"
        with chromium(f"{page_origin}/page.html?api={api}") as browser:
            yield browser
