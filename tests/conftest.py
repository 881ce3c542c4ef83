"""Real servers for every test: MongoDB, Redis and SMTP, with a database of its own for each parallel worker."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

from lms.embedded.servers import Servers
from lms.models.actors import OPERATOR, acting_as
from tests.credentials import KEY
from tests.database import empty_stores
from tests.fixtures import admin, attending, course, gateway, learner, store, teacher  # noqa: F401
from tests.scheduling import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401
from tests.smtp import Inbox
from tests.world import World

SERVERS = pytest.StashKey[Servers]()

PATIENT_REDIS_SECONDS = 10
"""A busy machine may keep Redis from answering for the 0.4 s after which pages are made without it; what becomes of
them then is tested where nobody listens, and in processes of their own.
"""

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("searching", PATIENT)
settings.register_profile("repeatable", PATIENT, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
"""An example fails by what it shows, not by how busy the machine is, and what landed fails for nobody else;
`HYPOTHESIS_PROFILE=searching` looks for new ones.
"""


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the servers; parallel workers are told where they are."""
    if hasattr(config, "workerinput"):
        os.environ |= config.workerinput["servers"]
        return
    folder = tempfile.TemporaryDirectory(prefix="lms-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    servers = Servers(Path(folder.name))
    servers.start()
    wait_for_no_journal(servers)
    config.stash[SERVERS] = servers
    config.add_cleanup(servers.stop)
    os.environ |= addresses(servers)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["servers"] = addresses(node.config.stash[SERVERS])


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stays to the end, modules and thousands of tests, and come seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def wait_for_no_journal(servers: Servers) -> None:
    """Have MongoDB acknowledge writes at once: nobody kills these servers, so nothing has to be on the disk."""
    with pymongo.MongoClient[dict[str, Any]](servers.mongodb_url) as client:
        client.admin.command("setDefaultRWConcern", defaultWriteConcern={"w": 1})


def addresses(servers: Servers) -> dict[str, str]:
    return {"TEST_MONGODB_URL": servers.mongodb_url, "TEST_REDIS_URL": servers.redis_url}


@pytest.fixture(scope="session")
def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def inbox() -> Iterator[Inbox]:
    server = Inbox()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser; tests close the windows that they open."""
    from tests.browser import frontend

    with frontend.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def environment(worker_number: int, inbox: Inbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a process has to have in its environment to serve this worker's database."""
    mongodb, options = os.environ["TEST_MONGODB_URL"].split("/?")
    redis = os.environ["TEST_REDIS_URL"].rpartition("/")[0]
    return {
        "APP_ENV": "test",
        "MONGODB_URL": f"{mongodb}/lms_test_{worker_number}?{options}",
        "REDIS_URL": f"{redis}/{worker_number}",
        "MAIL_HOST": inbox.host,
        "MAIL_PORT": str(inbox.port),
        "MAIL_TIMEOUT": "2",
        "BCRYPT_ROUNDS": "4",
        "PASSWORDS_AT_ONCE": "100",
        "JOB_TIMEOUT": "5",
        "JOB_RETRY_SECONDS": "0,0,0,0,0",
        "TRUSTED_PROXIES": "127.0.0.1",
        "INSTANCE_DIR": str(tmp_path_factory.mktemp("instance")),
        "LOG_LEVEL": "INFO",
        "CREDENTIAL_KEYS": KEY,
    }


@pytest.fixture(scope="session")
def application(environment: dict[str, str]) -> Iterator[Flask]:
    from lms import create_app, extensions, migrations
    from lms.extensions import mongo, queues
    from tests.contract import ContractClient

    os.environ |= environment
    extensions.REDIS_SECONDS = PATIENT_REDIS_SECONDS
    app = create_app()
    app.test_client_class = ContractClient
    app.add_url_rule("/crash", view_func=lambda: 1 / 0)
    assert mongo.cx is not None
    assert mongo.db is not None
    mongo.cx.drop_database(mongo.db.name)
    with app.app_context():
        migrations.upgrade(lambda name: None)
    yield app
    mongo.cx.close()
    queues.redis.close()


@pytest.fixture
def app(application: Flask, inbox: Inbox) -> Flask:
    """The application on an empty database, an empty Redis and an empty mailbox."""
    empty_stores()
    inbox.clear()
    return application


@pytest.fixture
def world(app: Flask, inbox: Inbox) -> Iterator[World]:
    """People, courses and requests, inside the application's context; what the test does itself, operators do."""
    with app.app_context(), acting_as(OPERATOR):
        yield World(app, inbox)


@pytest.fixture
def settings(app: Flask) -> Iterator[Callable[..., None]]:
    """Replace settings for one test: `settings(metrics_token="…")`."""
    before = app.config["SETTINGS"]

    def replace(**changes: Any) -> None:
        app.config["SETTINGS"] = before.model_copy(update=changes)

    yield replace
    app.config["SETTINGS"] = before
