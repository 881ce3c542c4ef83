"""The application as it is deployed, with demo data in a database of its own, and a browser to use it.

Server and browser are started once by each parallel worker; every test finds the demo data as they are made.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest
import redis
from flask import Flask

from lms import migrations
from lms.extensions import mongo
from tests import demo_data
from tests.browser.frontend import Browser, Chromium, close_windows, page_server
from tests.database import another, empty_database
from tests.processes import flask, gunicorn

PLAYBACK_SECONDS = 2
"""Short enough to be waited for: it is what an address of the store's lives, of which each part has its own."""


@pytest.fixture(scope="session")
def page_origin() -> Iterator[str]:
    with page_server() as origin:
        yield origin


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A place for large files, which pytest would keep for three more runs."""
    with tempfile.TemporaryDirectory(prefix="lms-browser-") as path:
        yield Path(path)


@pytest.fixture(scope="session")
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
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "ERROR",
    }


@pytest.fixture(scope="session")
def own_database(application: Flask, own_environment: dict[str, str]) -> Iterator[str]:
    """The name of the processes' database, which has its indexes."""
    assert mongo.cx is not None
    name = str(pymongo.uri_parser.parse_uri(own_environment["MONGODB_URL"])["database"])
    mongo.cx.drop_database(name)
    with another(name), application.app_context():
        migrations.upgrade(lambda step: None)
    yield name
    mongo.cx.drop_database(name)


@pytest.fixture
def demo(app: Flask, own_database: str, own_environment: dict[str, str]) -> None:
    with app.app_context(), another(own_database):
        empty_database()
        demo_data.copied()
    with redis.Redis.from_url(own_environment["REDIS_URL"]) as connection:
        connection.flushdb()


def run_flask(*command: str, environment: dict[str, str]) -> None:
    """Run a `flask` command to its end, which has to be a good one."""
    with flask(*command, environment=environment) as process:
        assert process.wait() == 0


@pytest.fixture(scope="session")
def api(own_database: str, own_environment: dict[str, str]) -> Iterator[str]:
    """The address of the API, as the browser knows it."""
    with gunicorn("wsgi:app", own_environment) as address:
        yield address.replace("127.0.0.1", "localhost") + "/api/v1"


@pytest.fixture
def browser(demo: None, page_origin: str, api: str, chromium: Chromium) -> Iterator[Browser]:
    yield Browser(chromium, f"{page_origin}/page.html?api={api}")
    close_windows(chromium)
