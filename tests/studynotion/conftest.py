import pytest

from tests.studynotion.frontend import Dialect, Frontend
from tests.world import World


@pytest.fixture(params=["A", "B"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    chosen: Dialect = request.param
    return chosen


@pytest.fixture
def frontend(world: World, dialect: Dialect) -> Frontend:
    """A browser that nobody has signed in with."""
    return Frontend(world, dialect)
