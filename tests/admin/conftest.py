import pytest

from tests.staff import Browser, staff
from tests.world import World


@pytest.fixture
def admin(world: World) -> Browser:
    """An administrator at their browser."""
    return staff(world)


@pytest.fixture
def moderator(world: World) -> Browser:
    return staff(world, "moderator")
