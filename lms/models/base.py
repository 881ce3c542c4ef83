"""What every collection has: its fields, its indexes, the soft-delete filter, and who sees its documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from types import MappingProxyType
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

import pymongo
from bson import ObjectId
from pymongo import IndexModel, ReturnDocument, UpdateOne
from pymongo.collection import Collection as MongoCollection

from lms import addresses
from lms.extensions import mongo
from lms.models import actors, transactions
from lms.models.freshness import EVERY_FIELD, Fields, Rule, changed_by
from lms.models.merging import OnMerge
from lms.models.stages import Filter as Filter
from lms.models.stages import Stages
from lms.models.transactions import transactional

D = TypeVar("D", bound=Mapping[str, Any])
P = ParamSpec("P")
R = TypeVar("R")


STREAM_SECONDS = 600
STREAM_BATCH = 1000
"""Documents that are read at a time, which has to be done within the client's usual limit."""

COLLECTIONS: dict[str, type["Collection[Any]"]] = {}
"""Every collection by its name in MongoDB; subclassing `Collection` adds to it."""


def now() -> datetime:
    """The present as MongoDB keeps it: UTC, naive, whole milliseconds."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list, with how many there are in all."""

    items: list[R]
    total: int
    page: int
    limit: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What something is about: a document by its collection and id, and what people call it."""

    collection: str
    id: Any
    label: str


def _going_on_record(write: Callable[P, R]) -> Callable[P, R]:
    """The write in a transaction of its own where it has none, so that the audit log's row is written with it."""
    alone = transactional(write)

    @wraps(write)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        collection: Any = args[0]
        going = collection.audited and actors.on_record()
        return alone(*args, **kwargs) if going else write(*args, **kwargs)

    return run


class Collection(Generic[D]):
    """One collection: `fields` is the class of its documents, `indexes` what the database keeps for it.

    `seen` says which pages show its documents; a write makes those old. What staff change in an `audited` one goes on
    record, but for the fields that are `unrecorded`; documents that are `part_of` others go on record with these.
    """

    name: ClassVar[str]
    fields: ClassVar[Any]
    indexes: ClassVar[tuple[IndexModel, ...]] = ()
    soft_delete: ClassVar[bool] = False
    seen: ClassVar[tuple[Rule, ...]] = ()
    audited: ClassVar[bool] = False
    unrecorded: ClassVar[Fields] = frozenset()
    personal: ClassVar[str | None] = None
    """The field with the id of the user whose own a document is, for them to take out."""
    withheld: ClassVar[Fields] = frozenset()
    """What is not given out with it: secrets, and what is about others."""
    given_out_where: ClassVar[Filter] = MappingProxyType({})
    """Which of somebody's own documents they may know of."""
    on_merge: ClassVar[Mapping[str, OnMerge]] = MappingProxyType({})
    """What becomes of each field that names a person when their account is merged into another, by its path."""
    part_of: ClassVar[tuple[str, str, str] | None] = None
    """The collection of the whole, the field that holds its id, and what the part is called."""

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
        """What the stages make of the matching documents; `addresses.in_pipelines` says what they may name."""
        return list(self.raw.aggregate([{"$match": self.live(where)}, *stages], let=addresses.in_pipelines()))

    def stream(self, where: Filter, stages: Stages) -> Iterator[dict[str, Any]]:
        """What the stages make of the matching documents, read from the database as it is asked for."""
        pipeline = [{"$match": self.live(where)}, *stages]
        # The time of a cursor is counted over all its batches, by the limit that it was opened with.
        with pymongo.timeout(STREAM_SECONDS):
            found = self.raw.aggregate(pipeline, let=addresses.in_pipelines(), batchSize=STREAM_BATCH)
        yield from found

    @_going_on_record
    def insert(self, document: D) -> ObjectId:
        """Add a document; its id."""
        made = {**document}
        inserted: ObjectId = self.raw.insert_one(made).inserted_id
        self._wrote(EVERY_FIELD, [made], {inserted: None})
        return inserted

    def insert_many(self, documents: Iterable[D]) -> None:
        if batch := [dict(document) for document in documents]:
            self.raw.insert_many(batch, ordered=False)
            self._wrote(EVERY_FIELD, batch)

    @_going_on_record
    def update(self, where: Filter, change: Any, upsert: bool = False, deleted_too: bool = False) -> bool:
        """Change one document and say whether there was one."""
        chosen = where if deleted_too else self.live(where)
        if self.seen or self.audited:
            return self._change(chosen, change, upsert, dict.fromkeys(self._needed, 1)) is not None
        result = self.raw.update_one(chosen, change, upsert=upsert)
        return result.matched_count > 0 or result.upserted_id is not None

    @_going_on_record
    def update_many(self, where: Filter, change: Any, deleted_too: bool = False) -> int:
        chosen = where if deleted_too else self.live(where)
        before, remembered = self._about_to_change(chosen)
        modified = self.raw.update_many(chosen, change).modified_count
        self._wrote(changed_by(change), before, remembered)
        return modified

    @_going_on_record
    def change(self, where: Filter, change: Any, deleted_too: bool = False, sort: Any = None) -> D | None:
        """Change one document, the first in this order, and give it back as it is afterwards."""
        changed: D | None = self._change(where if deleted_too else self.live(where), change, sort=sort)
        return changed

    @_going_on_record
    def put(self, where: Filter, change: Any) -> D:
        """Change one document, deleted or not, or insert it, and give it back as it is afterwards."""
        document: D | None = self._change(where, change, upsert=True)
        assert document is not None, "An upsert always leaves a document."
        return document

    def _change(
        self, where: Filter, change: Any, upsert: bool = False, projection: Any = None, sort: Any = None
    ) -> Any:
        remembered = self._remembered(where, 1)
        found = self.raw.find_one_and_update(
            where, change, projection, sort, upsert=upsert, return_document=ReturnDocument.AFTER
        )
        if found is not None:
            self._wrote(changed_by(change), [found], remembered or {found["_id"]: None})
        return found

    def bulk(self, writes: Sequence[UpdateOne], concerning: Mapping[str, Any] | None = None) -> None:
        """Make many changes at once, in any order; `concerning` holds the fields that name the pages they make old."""
        if writes:
            self.raw.bulk_write(writes, ordered=False)
            self._wrote(EVERY_FIELD, [concerning or {}])

    @_going_on_record
    def delete(self, where: Filter) -> bool:
        found = self.raw.find_one_and_delete(self.live(where))
        if found is not None:
            self._wrote(EVERY_FIELD, [found], {found["_id"]: found})
        return found is not None

    @_going_on_record
    def delete_many(self, where: Filter) -> int:
        before, remembered = self._about_to_change(where)
        deleted = self.raw.delete_many(where).deleted_count
        self._wrote(EVERY_FIELD, before, remembered)
        return deleted

    @property
    def _needed(self) -> Fields:
        """The fields that tell which pages show a document."""
        return frozenset({"_id"}).union(*(rule.needed for rule in self.seen))

    def _about_to_change(self, where: Filter) -> tuple[list[Any], dict[Any, Any]]:
        """What many documents are now that are about to be changed: those whose pages are shown, and for the record."""
        shown = list(self.raw.find(where, dict.fromkeys(self._needed, 1))) if self.seen else []
        return shown, self._remembered(where)

    def _remembered(self, where: Filter, limit: int = 0) -> dict[Any, Any]:
        """The documents as they are, by their ids, where what is done to them goes on record."""
        if not (self.audited and actors.on_record()):
            return {}
        return {each["_id"]: each for each in self.raw.find(where, limit=limit)}

    def _wrote(
        self, changed: Fields, documents: Iterable[Mapping[str, Any]], before: Mapping[Any, Any] | None = None
    ) -> None:
        """Make old the pages of what was written, and let the transaction know what it was before."""
        if self.seen:
            transactions.made_old(
                key for each in documents for rule in self.seen for key in rule.keys(self.name, changed, each)
            )
        unit = transactions.present()
        if unit is not None and self.audited and actors.on_record():
            for id, document in (before or {}).items():
                unit.before.setdefault((self.name, id), document)

    def label(self, document: Mapping[str, Any]) -> str:
        """What people call one of its documents."""
        return str(document["_id"])

    def subject(self, document: Mapping[str, Any]) -> Subject:
        """One of its documents, as the audit log and the list of jobs name it."""
        return Subject(self.name, document["_id"], self.label(document))

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
