from collections.abc import Iterator

import pytest

from lms.extensions import mongo
from lms.models.preparation import prepare, relax
from tests.database import empty_stores
from tests.world import World


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """A database that takes documents as older versions wrote them; afterwards it is as the models declare it."""
    assert mongo.db is not None
    relax(mongo.db)
    yield world
    empty_stores()
    prepare(mongo.db)
