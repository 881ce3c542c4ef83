from collections.abc import Iterator

import pytest
from flask import Flask

from lms.extensions import mongo
from lms.models.preparation import prepare, relax
from tests.database import empty_stores
from tests.world import World


@pytest.fixture(autouse=True)
def as_declared_afterwards(app: Flask) -> Iterator[None]:
    """MongoDB holds documents to their classes again, whatever an upgrade that failed has left off."""
    yield
    assert mongo.db is not None
    empty_stores()
    prepare(mongo.db)


@pytest.fixture
def world(world: World) -> World:
    """A database that takes documents as older versions wrote them."""
    assert mongo.db is not None
    relax(mongo.db)
    return world
