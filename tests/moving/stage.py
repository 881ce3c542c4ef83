"""A database beside the tests' own, for their server to grow."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.database import Database

from tests.moving.dialects import Document


def their_url(environment: dict[str, str]) -> str:
    """The address of the database that their server writes to: this worker's own, another one than ours."""
    address, options = environment["MONGODB_URL"].split("?")
    return f"{address}_theirs?{options}"


@contextmanager
def their_database(environment: dict[str, str]) -> Iterator[Database[Document]]:
    """Their database, empty."""
    with pymongo.MongoClient[Document](their_url(environment)) as client:
        db = client.get_default_database()
        client.drop_database(db.name)
        yield db
        client.drop_database(db.name)
