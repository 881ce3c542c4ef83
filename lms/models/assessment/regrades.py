"""Regrades: the attempts at a quiz marked again with the newest keys, in rounds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT

Policy = Literal["best", "exact"]

LATE = timedelta(seconds=10)
"""How long after the start one can still come that was marked with the keys of before: a transaction and more."""

BEGINNING = datetime(1970, 1, 1)


class Regrade(TypedDict):
    _id: ObjectId
    quiz: Annotated[ObjectId, Ref("quizzes")]
    course: Annotated[ObjectId, Ref("courses")]
    policy: Policy
    keys: dict[str, int]
    state: Literal["running", "done"]
    step: Literal["first", "waiting", "last"]
    afterTime: datetime
    afterId: ObjectId | None
    up: Annotated[int, Bounds(0)]
    down: Annotated[int, Bounds(0)]
    by: Annotated[ObjectId, Ref("users")]
    startedAt: datetime
    endedAt: NotRequired[datetime]


class Regrades(Collection[Regrade]):
    """`afterTime` and `afterId` are of the last attempt that was looked at; `up` and `down` count what changed.

    Once all have been looked at it waits until nothing marked before it can come any more, and looks at the last again.
    """

    name = "regrades"
    fields = Regrade
    on_merge = {"by": WHO_DID_IT}
    audited = True
    indexes = (
        IndexModel("quiz", unique=True, name="one_running", partialFilterExpression={"state": "running"}),
        IndexModel([("quiz", ASCENDING), ("startedAt", DESCENDING)]),
        IndexModel("course"),
    )

    def start(self, quiz: Mapping[str, Any], policy: Policy, keys: Mapping[str, int], by: ObjectId) -> ObjectId:
        """Begin one; DuplicateKeyError where one is running."""
        return self.insert(
            {
                "_id": ObjectId(),
                "quiz": quiz["_id"],
                "course": quiz["course"],
                "policy": policy,
                "keys": dict(keys),
                "state": "running",
                "step": "first",
                "afterTime": BEGINNING,
                "afterId": None,
                "up": 0,
                "down": 0,
                "by": by,
                "startedAt": now(),
            }
        )

    def advance(self, regrade_id: ObjectId, attempt: Mapping[str, Any]) -> None:
        """Note up to where the attempts have been looked at."""
        self._move(regrade_id, {"afterTime": attempt["submittedAt"], "afterId": attempt["_id"]})

    def count_change(self, regrade_id: ObjectId, up: bool) -> None:
        self.update({"_id": regrade_id}, {"$inc": {"up" if up else "down": 1}})

    def wait(self, regrade_id: ObjectId) -> None:
        """Nothing is left to look at but what may still come."""
        self._move(regrade_id, {"step": "waiting"})

    def waiting(self) -> list[Regrade]:
        """Those of which nothing can come any more."""
        return self.find({"state": "running", "step": "waiting", "startedAt": {"$lt": now() - LATE}})

    def look_again(self, regrade: Regrade) -> bool:
        """Go over what came around the start once more; false where somebody else does."""
        again = {"step": "last", "afterTime": regrade["startedAt"] - LATE, "afterId": None}
        return self.update({"_id": regrade["_id"], "step": "waiting"}, {"$set": again})

    def end(self, regrade_id: ObjectId) -> None:
        self._move(regrade_id, {"state": "done", "endedAt": now()})

    def newest(self, quiz_id: ObjectId) -> Regrade | None:
        found = self.find({"quiz": quiz_id}, sort=[("startedAt", DESCENDING)], limit=1)
        return found[0] if found else None

    def _move(self, regrade_id: ObjectId, fields: Mapping[str, Any]) -> None:
        self.update({"_id": regrade_id, "state": "running"}, {"$set": dict(fields)})


regrades = Regrades()
