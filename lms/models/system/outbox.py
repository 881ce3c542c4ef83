"""Effects promised by a transaction and not yet had: the durable side of every job that must not be lost."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

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
    failedAt: NotRequired[datetime]
    expiresAt: NotRequired[datetime]


class Outbox(Collection[OutboxRow]):
    """A row is `failed` when its attempts are used up; it stays until staff see to it."""

    name = "outbox"
    fields = OutboxRow
    indexes = (
        IndexModel([("state", ASCENDING), ("dueAt", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("failedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("createdAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("job", ASCENDING), ("createdAt", DESCENDING)]),
        IndexModel("expiresAt", expireAfterSeconds=0),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["job"])

    def add(self, job: str, args: list[str], queue: str, request_id: str | None) -> ObjectId:
        moment = now()
        return self.insert(
            {
                "_id": ObjectId(),
                "job": job,
                "args": args,
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
        """Plan another attempt, unless the row has been seen to by now."""
        self.update(
            {"_id": row_id, "state": "pending"},
            {"$set": {"dueAt": now() + wait, "leasedUntil": None, "reason": reason}},
        )

    def give_up(self, row_id: ObjectId, reason: str) -> None:
        """Leave the row to staff, unless it has been seen to by now."""
        change = {"state": "failed", "reason": reason, "leasedUntil": None, "failedAt": now()}
        self.update({"_id": row_id, "state": "pending"}, {"$set": change})

    def retry(self, row_id: ObjectId) -> OutboxRow | None:
        """Give a failed row all its attempts again; none when it is not failed."""
        change = {"state": "pending", "attempts": 0, "dueAt": now() + FAST_PATH, "leasedUntil": None}
        return self.change({"_id": row_id, "state": "failed"}, {"$set": change, "$unset": {"failedAt": ""}})

    def set_aside(self, row_id: ObjectId) -> OutboxRow | None:
        """Have a failed row done with, without its effect; none when it is not failed."""
        moment = now()
        change = {"state": "done", "doneAt": moment, "expiresAt": moment + KEPT}
        return self.change({"_id": row_id, "state": "failed"}, {"$set": change})

    def tally(self) -> list[dict[str, Any]]:
        """How many rows of each job wait or have failed (`job, pending, failed, oldest`), the oldest first."""
        counted = {state: {"$sum": {"$cond": [{"$eq": ["$state", state]}, 1, 0]}} for state in ("pending", "failed")}
        return self.aggregate(
            {"state": {"$in": ["pending", "failed"]}},
            [
                {"$group": {"_id": "$job", **counted, "oldest": {"$min": "$createdAt"}}},
                {"$sort": {"oldest": 1}},
                {"$project": {"_id": 0, "job": "$_id", "pending": 1, "failed": 1, "oldest": 1}},
            ],
        )

    def names(self) -> list[str]:
        """Every job there is a row of."""
        return sorted(self.raw.distinct("job"))

    def latest(self, job: str) -> OutboxRow | None:
        """The newest row of a job."""
        return next(iter(self.find({"job": job}, sort=[("createdAt", DESCENDING)], limit=1)), None)


outbox = Outbox()
