"""Databases for their server, and the command that writes one."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from pymongo.database import Database

from tests.moving.dialects import Document
from tests.moving.stage import their_database, their_url
from tests.world import World

SCHOOL = {"cloud_name": "school", "api_key": "key", "api_secret": "secret", "public_url": "https://school.example"}


@pytest.fixture
def target(environment: dict[str, str]) -> Iterator[Database[Document]]:
    """An empty database."""
    with their_database(environment) as found:
        yield found


@pytest.fixture
def export(world: World, settings: Callable[..., None], environment: dict[str, str]) -> Callable[..., Result]:
    """`flask export studynotion`, as operators of a server on the internet type it."""
    settings(**SCHOOL)
    arguments = ["export", "studynotion", "--to", their_url(environment)]
    return lambda *options: world.app.test_cli_runner().invoke(args=[*arguments, *options])
