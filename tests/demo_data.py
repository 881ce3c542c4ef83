"""The demo data, made once by each parallel worker: to be looked at where it is, or copied to be changed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

from lms import migrations
from lms.demo import seeding
from lms.extensions import mongo
from lms.models.base import now
from lms.services.system import page_store
from tests.database import Documents, another, documents, put_back


@contextmanager
def shown() -> Iterator[None]:
    """The application on the demo data; what a test changes in it, the next one finds."""
    seeded()
    with another(_home()):
        page_store.purge_all()
        yield


def copied() -> None:
    """Put the demo data into the present database, which has to be empty."""
    put_back(seeded())
    page_store.purge_all()


def seeded() -> Documents:
    """Every document of the demo data as seeding leaves them today."""
    return _seeded(now().date())


def _home() -> str:
    """The name of this worker's database of demo data."""
    return f"lms_demo_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"


@lru_cache(maxsize=1)
def _seeded(today: date) -> Documents:
    assert mongo.cx is not None
    mongo.cx.drop_database(_home())
    with another(_home()):
        migrations.upgrade(lambda name: None)
        seeding.run(1, once=False)
        return documents()
