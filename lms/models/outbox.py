"""Effects promised by a transaction and not yet had: the durable side of every job that must not be lost."""

from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection, now

OutboxState = Literal["pending", "done", "failed"]

FAST_PATH = timedelta(seconds=5)
"""How long the queue's own delivery has before the relay steps in."""

KEPT = timedelta(days=7)


class OutboxRow(TypedDict):
    _id: ObjectId
    job: str
    args: list[str]
    queue: str
    requestId: str | None
    state: OutboxState
    attempts: int
    reason: str | None
    dueAt: datetime
    leasedUntil: datetime | None
    createdAt: datetime
    doneAt: NotRequired[datetime]
    expiresAt: NotRequired[datetime]


class Outbox(Collection[OutboxRow]):
    name = "outbox"
    fields = OutboxRow
    indexes = (
        IndexModel([("state", ASCENDING), ("dueAt", ASCENDING)]),
        IndexModel("expiresAt", expireAfterSeconds=0),
    )

    def add(self, job: str, args: tuple[str, ...], queue: str, request_id: str | None) -> ObjectId:
        moment = now()
        return self.insert(
            {
                "job": job,
                "args": list(args),
                "queue": queue,
                "requestId": request_id,
                "state": "pending",
                "attempts": 0,
                "reason": None,
                "dueAt": moment + FAST_PATH,
                "leasedUntil": None,
                "createdAt": moment,
            }
        )

    def claim_due(self, again_after: timedelta) -> OutboxRow | None:
        """Take one row whose time has come, and not again before `again_after`."""
        moment = now()
        return self.change(
            {"state": "pending", "dueAt": {"$lte": moment}},
            {"$set": {"dueAt": moment + again_after}},
        )

    def lease(self, row_id: ObjectId, length: timedelta) -> OutboxRow | None:
        """Begin an attempt; none when the row is finished or somebody else is at it."""
        moment = now()
        return self.change(
            {"_id": row_id, "state": "pending", "$or": [{"leasedUntil": None}, {"leasedUntil": {"$lte": moment}}]},
            {"$inc": {"attempts": 1}, "$set": {"leasedUntil": moment + length, "dueAt": moment + length}},
        )

    def finish(self, row_id: ObjectId) -> None:
        moment = now()
        change = {"state": "done", "doneAt": moment, "expiresAt": moment + KEPT, "leasedUntil": None}
        self.update({"_id": row_id}, {"$set": change})

    def postpone(self, row_id: ObjectId, wait: timedelta, reason: str) -> None:
        self.update({"_id": row_id}, {"$set": {"dueAt": now() + wait, "leasedUntil": None, "reason": reason}})

    def give_up(self, row_id: ObjectId, reason: str) -> None:
        self.update({"_id": row_id}, {"$set": {"state": "failed", "reason": reason, "leasedUntil": None}})


outbox = Outbox()
