"""Tables that somebody has uploaded, and how far each has come on its way into the school."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT

ImportKindName = Literal["learners", "enrollments", "questions"]
ImportState = Literal["staging", "checked", "running", "paused", "done", "cancelled", "refused", "undoing", "undone"]

UNFINISHED: tuple[ImportState, ...] = ("staging", "checked", "running", "paused")
LEASE = timedelta(seconds=35)
"""How long a round has an import to itself without a sign of life."""
KEPT = timedelta(days=30)
"""How long the file, the rows and the report are kept after the end: as long as a deleted account can come back."""


class PlaceLost(Exception):
    """An import was paused or cancelled, or somebody else is at it."""


class ImportFile(TypedDict):
    """`format` is csv, xlsx or gift; of a CSV file its encoding and delimiter, of a workbook its sheet, once known."""

    name: str
    bytes: Annotated[int, Bounds(0)]
    sha256: str
    format: NotRequired[str]
    encoding: NotRequired[str]
    delimiter: NotRequired[str]
    sheet: NotRequired[str]


class ImportOptions(TypedDict):
    """`start`: go on without being looked at. What the file is to be read with, where its uploader said so."""

    sendInvitations: bool
    onExisting: Literal["skip", "update"]
    start: bool
    encoding: NotRequired[str]
    delimiter: NotRequired[str]
    sheet: NotRequired[str]


class Import(TypedDict):
    """`key` is that of the request that made it. `columns` say for each of our columns the header of the file's.

    `cursor` is the last row that is finished; what the rows became is counted in the transaction that writes them.

    `faulty` counts the rows that cannot be written as they are, before anything was; `preview` shows the first rows as
    understood. `open` is there while no second of the same file may be made.
    """

    _id: ObjectId
    kind: ImportKindName
    course: NotRequired[Annotated[ObjectId, Ref("courses")]]
    by: Annotated[ObjectId, Ref("users")]
    byRole: Literal["instructor", "admin"]
    state: ImportState
    open: NotRequired[bool]
    file: ImportFile
    headers: list[str]
    columns: dict[str, str]
    unknownColumns: list[str]
    options: ImportOptions
    preview: list[dict[str, str]]
    total: Annotated[int, Bounds(0)]
    faulty: Annotated[int, Bounds(0)]
    cursor: Annotated[int, Bounds(0)]
    created: Annotated[int, Bounds(0)]
    updated: Annotated[int, Bounds(0)]
    skipped: Annotated[int, Bounds(0)]
    failed: Annotated[int, Bounds(0)]
    undone: Annotated[int, Bounds(0)]
    undoCursor: NotRequired[Annotated[int, Bounds(0)]]
    swept: NotRequired[bool]
    tellsOfErased: NotRequired[bool]
    key: NotRequired[str]
    reason: NotRequired[str]
    leaseHolder: NotRequired[str]
    leasedUntil: NotRequired[datetime]
    createdAt: datetime
    startedAt: NotRequired[datetime]
    finishedAt: NotRequired[datetime]
    report: NotRequired[bytes]
    revision: Annotated[int, Bounds(1)]


class Imports(Collection[Import]):
    name = "imports"
    fields = Import
    on_merge = {"by": WHO_DID_IT}
    indexes = (
        IndexModel([("state", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("by", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("finishedAt", ASCENDING)]),
        IndexModel(
            [("by", ASCENDING), ("key", ASCENDING)], unique=True, partialFilterExpression={"key": {"$exists": True}}
        ),
        IndexModel(
            [("file.sha256", ASCENDING), ("kind", ASCENDING), ("course", ASCENDING)],
            unique=True,
            partialFilterExpression={"open": True},
        ),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["file"]["name"] or document["_id"])

    def going_on(self, sha256: str, kind: str, course: ObjectId | None) -> Import | None:
        """The one of this file that goes on."""
        return self.get({"file.sha256": sha256, "kind": kind, "course": course, "open": True})

    def enter(self, import_id: ObjectId, before: tuple[ImportState, ...], state: ImportState, **fields: Any) -> bool:
        """Move one from a state to another; false when it is in none of those any more."""
        moment, unset = now(), {}
        if state == "running":
            fields.setdefault("startedAt", moment)
        if state in ("done", "cancelled", "undone"):
            fields.setdefault("finishedAt", moment)
        if state not in UNFINISHED:
            unset["open"] = ""
        change: dict[str, Any] = {"$set": {"state": state, **fields}, "$inc": {"revision": 1}}
        if unset:
            change["$unset"] = unset
        return self.update({"_id": import_id, "state": {"$in": before}}, change)

    def claim(self, import_id: ObjectId, state: ImportState, holder: str) -> Import | None:
        """Have one to oneself for a while; none when somebody has it, or it is in another state."""
        moment = now()
        free = {"$or": [{"leasedUntil": {"$exists": False}}, {"leasedUntil": {"$lt": moment}}]}
        mine = {"leaseHolder": holder, "leasedUntil": moment + LEASE}
        return self.change({"_id": import_id, "state": state, **free}, {"$set": mine})

    def advance(
        self, import_id: ObjectId, holder: str, state: ImportState, fields: Mapping[str, Any], counts: Mapping[str, int]
    ) -> None:
        """Note what a round has done, and keep the import; raises PlaceLost, which undoes the transaction."""
        change: dict[str, Any] = {"$set": {"leasedUntil": now() + LEASE, **fields}}
        if counts:
            change["$inc"] = dict(counts)
        if not self.update({"_id": import_id, "leaseHolder": holder, "state": state}, change):
            raise PlaceLost

    def release(self, import_id: ObjectId, holder: str) -> None:
        """Let others have it."""
        self.update({"_id": import_id, "leaseHolder": holder}, {"$unset": {"leaseHolder": "", "leasedUntil": ""}})

    def bytes_kept_of(self, user_id: ObjectId) -> int:
        """How much the files have that somebody has uploaded and that are still kept."""
        kept = {"by": user_id, "swept": {"$exists": False}}
        [found] = self.aggregate(kept, [{"$group": {"_id": None, "bytes": {"$sum": "$file.bytes"}}}]) or [{"bytes": 0}]
        return int(found["bytes"])

    def let_go_of(self, import_ids: list[ObjectId]) -> None:
        """Have their files, rows and reports go with the next sweep, for they tell of somebody who is erased."""
        self.update_many({"_id": {"$in": import_ids}}, {"$set": {"tellsOfErased": True}})

    def left_alone(self, states: tuple[ImportState, ...], limit: int) -> list[Import]:
        """Those that should go on and that nobody has: the rounds of the others renew their lease."""
        free = {"$or": [{"leasedUntil": {"$exists": False}}, {"leasedUntil": {"$lt": now()}}]}
        return self.find({"state": {"$in": states}, **free}, {"state": 1}, [("createdAt", ASCENDING)], limit)


imports = Imports()
