"""The runs of imports from another system: what was asked for, how each ended, and what it reports."""

import os
import socket
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection, now
from lms.models.fields import Bounds

LOCK = "lock"
LEASE = timedelta(minutes=2)

Phase = Literal["copying", "copied", "done", "failed"]


class MoveRun(TypedDict):
    """One run; `source` names its hosts and its database, without a password.

    What was only `copied` has not been counted: a run that follows leaves that to its end. `writing` names what
    was not here before the run began to write it, by the ids of its rows in `moves`.
    """

    _id: ObjectId
    source: str
    options: dict[str, Any]
    phase: Phase
    beganAt: datetime
    endedAt: NotRequired[datetime]
    writing: NotRequired[list[str]]
    changed: NotRequired[Annotated[int, Bounds(0)]]
    report: NotRequired[dict[str, Any]]


class MoveLock(TypedDict):
    """Who imports just now, and until when nobody else may."""

    _id: Literal["lock"]
    host: str
    process: int
    until: datetime


class MoveRuns(Collection[MoveRun]):
    name = "moveRuns"
    fields = MoveRun | MoveLock
    indexes = (IndexModel([("beganAt", DESCENDING)]),)

    def begin(self, source: str, options: dict[str, Any]) -> ObjectId:
        return self.insert(
            {"_id": ObjectId(), "source": source, "options": options, "phase": "copying", "beganAt": now()}
        )

    def enter(self, run: ObjectId, phase: Phase, **fields: Any) -> None:
        """Note how far a run has come."""
        ended = {"endedAt": now()} if phase != "copying" else {}
        self.update({"_id": run}, {"$set": {"phase": phase, **ended, **fields}})

    def decided(self) -> dict[str, Any]:
        """What was decided by the options of the newest run; nothing before the first."""
        newest = self.find({"beganAt": {"$exists": True}}, {"options": 1}, [("beganAt", DESCENDING)], 1)
        return newest[0]["options"] if newest else {}

    def begin_writing(self, run: ObjectId, rows: list[str]) -> None:
        """Note what a run writes next, so that the one after it knows it for an import's if this one is killed."""
        self.update({"_id": run}, {"$set": {"writing": rows}})

    def begun(self) -> set[str]:
        """What runs were about to write when they ended."""
        return {row for run in self.find({"writing": {"$exists": True}}, {"writing": 1}) for row in run["writing"]}

    def forget_begun(self) -> None:
        """Once there is a row of all that was written."""
        self.update_many({"writing": {"$exists": True}}, {"$unset": {"writing": ""}})

    def is_unfinished(self) -> bool:
        """Whether what follows from the writes of the newest run has not been counted, be it because it was killed."""
        newest = self.find({"beganAt": {"$exists": True}}, {"phase": 1}, [("beganAt", DESCENDING)], 1)
        return any(run["phase"] != "done" for run in newest)

    def last(self) -> MoveRun | None:
        """The newest run that came to its end."""
        found = self.find({"phase": "done"}, sort=[("beganAt", DESCENDING)], limit=1)
        return found[0] if found else None

    def take_lock(self) -> bool:
        """Let nobody else import; false while somebody does. One that was killed on this machine is nobody."""
        moment = now()
        held: Any = self.raw.find_one({"_id": LOCK})
        gone = held is not None and held["host"] == socket.gethostname() and not _is_alive(held["process"])
        free = {"_id": LOCK, "process": held["process"]} if gone else {"_id": LOCK, "until": {"$lt": moment}}
        mine = {"host": socket.gethostname(), "process": os.getpid(), "until": moment + LEASE}
        try:
            self.raw.update_one(free, {"$set": mine}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def renew_lock(self) -> bool:
        """Keep it; false when somebody else has it."""
        return self.raw.update_one(_own_lock(), {"$set": {"until": now() + LEASE}}).matched_count > 0

    def release_lock(self) -> None:
        self.raw.delete_one(_own_lock())


def _own_lock() -> dict[str, Any]:
    return {"_id": LOCK, "host": socket.gethostname(), "process": os.getpid()}


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


move_runs = MoveRuns()
