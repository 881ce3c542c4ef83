"""What became of each document of a database that was moved in."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection
from lms.models.fields import Bounds

MoveState = Literal["written", "merged", "refused"]


class Loss(TypedDict):
    """What of a document could not be kept as it was: a reason, how often, and the first few things it is about."""

    code: str
    count: Annotated[int, Bounds(1)]
    about: list[Any]


class Move(TypedDict):
    """`_id` is `<collection>:<old id>`, `new` the id of the document here, `hash` of what was written of it."""

    _id: str
    state: MoveState
    new: ObjectId | None
    hash: bytes
    losses: list[Loss]
    at: datetime


class Moves(Collection[Move]):
    """One row a document of theirs; it names nobody but by ids."""

    name = "moves"
    fields = Move
    indexes = (IndexModel([("losses.code", ASCENDING), ("_id", ASCENDING)]),)

    def between(self, after: str, until: str) -> dict[str, Move]:
        """The rows behind one id, up to another."""
        return {row["_id"]: row for row in self.raw.find({"_id": {"$gt": after, "$lte": until}})}


moves = Moves()
