"""This worker's database: emptied, copied and put back, watched, and made to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pymongo
import redis
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from lms.extensions import mongo, queues
from lms.models.base import COLLECTIONS
from lms.models.preparation import prepare
from lms.models.validators import validator
from lms.services.system.page_store import PREFIX

MOST_SECONDS = 60
"""The client allows an operation less time than tens of thousands of demo documents may need."""

MUCH = 1000
"""What is as much as this is dropped and made anew in less time than it takes to delete it."""


def raw(name: str) -> Collection[RawBSONDocument]:
    """A collection whose documents are not looked into."""
    assert mongo.db is not None
    return mongo.db.get_collection(name, CodecOptions(RawBSONDocument))


def empty_stores() -> None:
    """Delete every document and key, keeping collections, indexes and the record of migrations."""
    empty_database()
    patient_redis(queues._url).flushdb()


@cache
def patient_redis(url: str) -> redis.Redis:
    """The worker's Redis without the application's limit of 0.4 s, which a crowded machine may break."""
    return redis.Redis.from_url(url)


def empty_database() -> None:
    """Delete every document but the record of migrations, keeping collections, indexes and validators."""
    assert mongo.db is not None
    with pymongo.timeout(MOST_SECONDS):
        counts = filled_collections()
        for name, count in counts.items():
            raw(name).drop() if count >= MUCH else raw(name).delete_many({})
        if any(count >= MUCH for count in counts.values()):
            prepare(mongo.db)


def filled_collections() -> dict[str, int]:
    """How many documents there are where there are any, but for the record of migrations.

    Asked in one query, and answered from the counts that MongoDB keeps, without a look into the collections.
    """
    assert mongo.db is not None
    names = [name for name in mongo.db.list_collection_names() if name != "migrations"]
    held = [{"$collStats": {"count": {}}}, {"$match": {"count": {"$gt": 0}}}]
    stages = [{"$unionWith": {"coll": name, "pipeline": held}} for name in names]
    found = mongo.db.aggregate([{"$documents": []}, *stages])
    return {each["ns"].partition(".")[2]: each["count"] for each in found}


Documents = dict[str, list[RawBSONDocument]]
"""What collections hold, by their names."""


def documents() -> Documents:
    """Everything there is now but the record of migrations."""
    with pymongo.timeout(MOST_SECONDS):
        return {name: list(raw(name).find()) for name in filled_collections()}


def put_back(kept: Documents) -> None:
    """Put documents into collections that are empty."""
    with pymongo.timeout(MOST_SECONDS):
        for name, rows in kept.items():
            raw(name).insert_many(rows, ordered=False)


class Snapshot:
    """Every document and key there is now, but for kept pages, which may be stale by the time they are put back."""

    def __init__(self) -> None:
        self._documents = documents()
        store = patient_redis(queues._url)
        keys = [key for key in store.scan_iter() if not key.startswith(PREFIX.encode())]
        self._keys = {key: (max(store.pttl(key), 0), store.dump(key)) for key in keys}

    def restore(self) -> None:
        """Put all of it into stores that are empty."""
        put_back(self._documents)
        for key, (milliseconds, value) in self._keys.items():
            patient_redis(queues._url).restore(key, milliseconds, value)


@contextmanager
def another(name: str) -> Iterator[None]:
    """Have the application use another database of the same server."""
    assert mongo.cx is not None
    own = mongo.db
    mongo.db = mongo.cx[name]
    try:
        yield
    finally:
        mongo.db = own


counted = False
"""Whether it is being counted what the database is asked."""


@contextmanager
def counting() -> Iterator[None]:
    """Nothing but what is tested asks the database meanwhile."""
    global counted
    counted = True
    try:
        yield
    finally:
        counted = False


@contextmanager
def profiled() -> Iterator[list[dict[str, Any]]]:
    """Gathers what this worker's database was asked meanwhile, as MongoDB's own profiler saw it."""
    assert mongo.db is not None
    commands: list[dict[str, Any]] = []
    mongo.db.command("profile", 2)
    try:
        with counting():
            yield commands
    finally:
        mongo.db.command("profile", 0)
        commands += mongo.db["system.profile"].find({"command.profile": {"$exists": False}})
        mongo.db["system.profile"].drop()


@contextmanager
def only_accepting(collection: str, rule: dict[str, Any]) -> Iterator[None]:
    """MongoDB itself refuses to write documents of the collection that do not match the rule, too."""
    assert mongo.db is not None
    declared = validator(COLLECTIONS[collection].fields)
    mongo.db.command("collMod", collection, validator={"$and": [declared, rule]})
    try:
        yield
    finally:
        mongo.db.command("collMod", collection, validator=declared)
