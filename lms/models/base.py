"""What every collection has: its fields, its indexes, the soft-delete filter and transactions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

import pymongo
from bson import ObjectId
from pymongo import IndexModel, ReturnDocument
from pymongo.collection import Collection as MongoCollection

from lms.extensions import base_url, mongo

D = TypeVar("D", bound=Mapping[str, Any])
P = ParamSpec("P")
R = TypeVar("R")

Filter = Mapping[str, Any]
Stages = Sequence[Mapping[str, Any]]

TRANSACTION_SECONDS = 5

STREAM_SECONDS = 600
STREAM_BATCH = 1000
"""Documents that are read at a time, which has to be done within the client's usual limit."""

REVISED = {"revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]}}
"""What counts a revision in the `$set` of a pipeline, as `{"$inc": {"revision": 1}}` does elsewhere."""

AT_ANY_TIME = {"$gte": datetime(1970, 1, 1)}
"""Whether there is a moment in a field, asked so that an index alone can answer."""

COLLECTIONS: dict[str, type["Collection[Any]"]] = {}
"""Every collection by its name in MongoDB; subclassing `Collection` adds to it."""


def now() -> datetime:
    """The present as MongoDB keeps it: UTC, naive, whole milliseconds."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Ref:
    """Marks a field (`Annotated[ObjectId, Ref("courses")]`) as the id of a document elsewhere."""

    collection: str


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list, with how many there are in all."""

    items: list[R]
    total: int
    page: int
    limit: int


class Collection(Generic[D]):
    """One collection: `fields` is the shape of its documents, `indexes` what the database keeps for it."""

    name: ClassVar[str]
    fields: ClassVar[type]
    indexes: ClassVar[tuple[IndexModel, ...]] = ()
    soft_delete: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        COLLECTIONS[cls.name] = cls

    _bound: tuple[Any, MongoCollection[Any]] | None = None

    @property
    def raw(self) -> MongoCollection[Any]:
        """The driver's collection, without the soft-delete filter."""
        if self._bound is None or self._bound[0] is not mongo.db:
            assert mongo.db is not None, "The application has not been created yet."
            self._bound = (mongo.db, mongo.db[self.name])
        return self._bound[1]

    def live(self, where: Filter) -> Filter:
        """The filter, less what is soft-deleted (unless it asks about `deletedAt` itself)."""
        return {**where, "deletedAt": None} if self.soft_delete and "deletedAt" not in where else where

    def get(self, where: Filter, projection: Any = None) -> D | None:
        return self.raw.find_one(self.live(where), projection)

    def find(self, where: Filter, projection: Any = None, sort: Any = None, limit: int = 0) -> list[D]:
        return list(self.raw.find(self.live(where), projection, sort=sort, limit=limit))

    def count(self, where: Filter) -> int:
        return self.raw.count_documents(self.live(where))

    def aggregate(self, where: Filter, stages: Stages) -> list[dict[str, Any]]:
        """What the stages make of the matching documents; `$$base` is our own address to them."""
        return list(self.raw.aggregate([{"$match": self.live(where)}, *stages], let={"base": base_url()}))

    def stream(self, where: Filter, stages: Stages) -> Iterator[dict[str, Any]]:
        """What the stages make of the matching documents, read from the database as it is asked for."""
        pipeline = [{"$match": self.live(where)}, *stages]
        # The time of a cursor is counted over all its batches, by the limit that it was opened with.
        with pymongo.timeout(STREAM_SECONDS):
            found = self.raw.aggregate(pipeline, let={"base": base_url()}, batchSize=STREAM_BATCH)
        yield from found

    def insert(self, document: Mapping[str, Any]) -> ObjectId:
        return self.raw.insert_one(dict(document)).inserted_id  # type: ignore[no-any-return]

    def insert_many(self, documents: Iterable[Mapping[str, Any]]) -> None:
        if batch := [dict(document) for document in documents]:
            self.raw.insert_many(batch, ordered=False)

    def update(self, where: Filter, change: Any, upsert: bool = False) -> bool:
        """Change one document and say whether there was one."""
        result = self.raw.update_one(self.live(where), change, upsert=upsert)
        return result.matched_count > 0 or result.upserted_id is not None

    def update_many(self, where: Filter, change: Any) -> int:
        return self.raw.update_many(self.live(where), change).modified_count

    def change(self, where: Filter, change: Any) -> D | None:
        """Change one document and give it back as it is afterwards."""
        return self.raw.find_one_and_update(self.live(where), change, return_document=ReturnDocument.AFTER)

    def put(self, where: Filter, change: Any) -> D:
        """Change one document, deleted or not, or insert it, and give it back as it is afterwards."""
        document: D | None = self.raw.find_one_and_update(
            where, change, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert document is not None, "An upsert always leaves a document."
        return document

    def delete(self, where: Filter) -> bool:
        return self.raw.delete_one(self.live(where)).deleted_count > 0

    def delete_many(self, where: Filter) -> int:
        return self.raw.delete_many(where).deleted_count

    def next_position(self, where: Filter) -> int:
        """The `position` after the last of the matching documents."""
        last: list[Any] = self.find(where, {"position": 1}, sort=[("position", pymongo.DESCENDING)], limit=1)
        return last[0]["position"] + 1 if last else 0

    def page(
        self, where: Filter, stages: Stages, sort: Mapping[str, int], page: int, limit: int, total: int | None = None
    ) -> Page[dict[str, Any]]:
        """One page of the matching documents, put through `stages`, and how many match in all if not given."""
        window: list[dict[str, Any]] = [{"$sort": dict(sort)}, {"$skip": (page - 1) * limit}, {"$limit": limit}]
        items = self.aggregate(where, [*window, *stages])
        if total is None:
            last = len(items) < limit and (page == 1 or bool(items))
            total = (page - 1) * limit + len(items) if last else self.count(where)
        return Page(items, total, page, limit)


def lookup(
    source: str, local: str, into: str, fields: Mapping[str, Any], where: Filter | None = None
) -> list[dict[str, Any]]:
    """Stages that put the one document of `source` whose `_id` is in `local` (and that fits `where`) at `into`."""
    return [
        {
            "$lookup": {
                "from": source,
                "localField": local,
                "foreignField": "_id",
                "pipeline": [{"$match": dict(where or {})}, {"$project": {"_id": 0, **fields}}],
                "as": into,
            }
        },
        {"$set": {into: {"$ifNull": [{"$first": f"${into}"}, None]}}},
    ]


def lookup_all(source: str, foreign: str, into: str, stages: Stages, where: Filter | None = None) -> dict[str, Any]:
    """The stage that puts at `into` what is live in `source` and names this document's `_id` in `foreign`."""
    live = {"$match": {"deletedAt": None, **(where or {})}}
    pipeline = [live, *stages]
    return {"$lookup": {"from": source, "localField": "_id", "foreignField": foreign, "pipeline": pipeline, "as": into}}


_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar("after_commit", default=None)


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once the transaction around this has been committed, or now when there is none."""
    waiting = _after_commit.get()
    if waiting is None:
        effect()
    else:
        waiting.append(effect)


def transactional(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one MongoDB transaction; it may run again on a conflict, so it touches nothing else."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _after_commit.get() is not None:
            return function(*args, **kwargs)
        effects: list[Callable[[], None]] = []

        def attempt(session: pymongo.client_session.ClientSession) -> R:
            effects.clear()
            token = _after_commit.set(effects)
            try:
                with session.bind(end_session=False):
                    return function(*args, **kwargs)
            finally:
                _after_commit.reset(token)

        assert mongo.cx is not None, "The application has not been created yet."
        with pymongo.timeout(TRANSACTION_SECONDS), mongo.cx.start_session() as session:
            result = session.with_transaction(attempt)
        for effect in effects:
            effect()
        return result

    return run
