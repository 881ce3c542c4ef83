"""Their school, grown once for a module, and the import of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from click.testing import Result
from pymongo.database import Database

from lms.moving.became import Options
from lms.moving.run import copy
from lms.moving.source import Source
from lms.moving.tally import Tally
from tests.moving.dialects import Document
from tests.moving.planted import Fault, plant
from tests.moving.stage import their_database, their_url
from tests.moving.their_server import TheirServer
from tests.world import World


@dataclass(frozen=True)
class Theirs:
    """A school of theirs with a fault of every kind, and the address of its database."""

    server: TheirServer
    faults: list[Fault]
    url: str


@pytest.fixture
def db(environment: dict[str, str]) -> Iterator[Database[Document]]:
    """Their database, empty."""
    with their_database(environment) as found:
        yield found


@pytest.fixture(scope="module")
def theirs(environment: dict[str, str]) -> Iterator[Theirs]:
    """For tests that only read it."""
    with their_database(environment) as found:
        server = TheirServer(found).open()
        yield Theirs(server, plant(server), their_url(environment))


def imported(url: str, options: Options | None = None) -> Tally:
    """Copy what is at the address."""
    source = Source(url)
    try:
        return copy(source, options or Options())
    finally:
        source.close()


def command(world: World, url: str, *words: str) -> Result:
    """`flask import studynotion`, as operators type it."""
    return world.app.test_cli_runner().invoke(args=["import", "studynotion", "--from", url, *words])
