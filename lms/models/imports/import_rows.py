"""What became of each row of a table, written in the transaction of its effect."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref

Outcome = Literal["created", "updated", "skipped", "failed"]
Invitation = Literal["waiting", "sent", "none"]

SENDING = timedelta(minutes=5)
"""How long whoever sends an invitation has for it before somebody else does."""


class Made(TypedDict):
    """What a row made: the id of a document and its collection."""

    collection: str
    id: ObjectId


class ImportRow(TypedDict):
    """`_id` is that of the import with the row's number, so that a row happens once; `line` is that of the file.

    `made` are the documents that are new by it, for an undo; `shown` the beginnings of its first cells.
    """

    _id: str
    importId: Annotated[ObjectId, Ref("imports")]
    row: Annotated[int, Bounds(1)]
    line: Annotated[int, Bounds(1)]
    outcome: Outcome
    code: NotRequired[str]
    reason: NotRequired[str]
    field: NotRequired[str]
    made: list[Made]
    shown: list[str]
    invitation: NotRequired[Invitation]
    invitedUntil: NotRequired[datetime]
    undone: NotRequired[bool]
    at: datetime


class ImportRows(Collection[ImportRow]):
    name = "importRows"
    fields = ImportRow
    indexes = (
        IndexModel([("importId", ASCENDING), ("outcome", ASCENDING), ("row", ASCENDING)]),
        IndexModel([("importId", ASCENDING), ("row", ASCENDING)]),
        IndexModel("made.id"),
        IndexModel("shown"),
        IndexModel([("invitation", ASCENDING), ("_id", ASCENDING)], partialFilterExpression={"invitation": "waiting"}),
    )

    def reasons(self, import_id: ObjectId) -> dict[str, int]:
        """How many rows failed or were skipped, by the code of the reason."""
        where = {"importId": import_id, "outcome": {"$in": ["failed", "skipped"]}}
        stages: list[dict[str, Any]] = [
            {"$group": {"_id": "$code", "rows": {"$sum": 1}}},
            {"$sort": {"rows": -1, "_id": 1}},
        ]
        return {each["_id"]: each["rows"] for each in self.aggregate(where, stages)}

    def first(self, import_id: ObjectId, outcome: Outcome, limit: int) -> list[ImportRow]:
        return self.find({"importId": import_id, "outcome": outcome}, sort=[("row", ASCENDING)], limit=limit)

    def failed_lines(self, import_id: ObjectId) -> Iterator[dict[str, Any]]:
        """The rows that failed, in the order of the file."""
        shown = [{"$sort": {"row": 1}}, {"$project": {"row": 1, "line": 1, "reason": 1}}]
        return self.stream({"importId": import_id, "outcome": "failed"}, shown)

    def about(self, user_id: ObjectId, email: str) -> list[ObjectId]:
        """The imports that tell of somebody."""
        found: list[ObjectId] = self.raw.distinct("importId", {"$or": [{"made.id": user_id}, {"shown": email}]})
        return found

    def take_invitation(self) -> ImportRow | None:
        """The next row whose learner is to be invited, for who asks alone for a while."""
        moment = now()
        free = {"$or": [{"invitedUntil": {"$exists": False}}, {"invitedUntil": {"$lt": moment}}]}
        mine = {"$set": {"invitedUntil": moment + SENDING}}
        return self.change({"invitation": "waiting", **free}, mine, sort=[("_id", ASCENDING)])

    def invited(self, row: ImportRow, invitation: Invitation) -> None:
        self.update({"_id": row["_id"]}, {"$set": {"invitation": invitation}, "$unset": {"invitedUntil": ""}})

    def to_undo(self, import_id: ObjectId, after: int, limit: int) -> Sequence[ImportRow]:
        where = {"importId": import_id, "row": {"$gt": after}, "made": {"$ne": []}}
        return self.find(where, sort=[("row", ASCENDING)], limit=limit)


def row_id(import_id: ObjectId, row: int) -> str:
    return f"{import_id}:{row:07}"


import_rows = ImportRows()
