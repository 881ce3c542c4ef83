"""Assignments: what is to be handed in, until when, and how it is graded. The title is that of the lesson."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref

LateKind = Literal["none", "percent_per_day", "refused"]


class Deadline(TypedDict):
    """A minute as clocks show it somewhere, and its last moment in UTC."""

    local: str
    zone: str
    at: datetime


class Late(TypedDict):
    """What becomes of late work: `percent` of all points go for each day begun, `most` in all."""

    kind: LateKind
    percent: Annotated[int, Bounds(0, 100)]
    most: Annotated[int, Bounds(0, 100)]


class Level(TypedDict):
    id: str
    title: str
    points: Annotated[int, Bounds(0)]


class Criterion(TypedDict):
    id: str
    title: str
    levels: list[Level]


class Assignment(TypedDict):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    brief: str
    accept: list[str]
    text: bool
    url: bool
    mostFiles: Annotated[int, Bounds(1, 10)]
    mostBytes: Annotated[int, Bounds(1)]
    due: Deadline | None
    closes: Deadline | None
    graceSeconds: Annotated[int, Bounds(0)]
    late: Late
    tries: Annotated[int | None, Bounds(1)]
    rubric: list[Criterion]
    outOf: Annotated[int, Bounds(1)]
    passPercent: Annotated[int, Bounds(0, 100)]
    blind: bool
    weight: Annotated[int, Bounds(0)]
    reminded: NotRequired[Annotated[int, Bounds(1)]]
    remindedTo: NotRequired[ObjectId]
    revision: Annotated[int, Bounds(1)]
    createdAt: datetime
    updatedAt: datetime


class Assignments(Collection[Assignment]):
    """`accept` are the extensions of files that may be handed in, `text` and `url` whether those may.

    `outOf` and the points of a rubric's levels are hundredths; with a rubric, `outOf` is the sum of its best levels.
    `reminded` is how many hours before the deadline learners were reminded last, `remindedTo` the last enrolment that
    was gone through for it, while there are more.
    """

    name = "assignments"
    fields = Assignment
    audited = True
    unrecorded = frozenset({"reminded", "remindedTo"})
    indexes = (
        IndexModel("course"),
        IndexModel("due.at", partialFilterExpression={"due.at": {"$exists": True}}),
        IndexModel("closes.at", partialFilterExpression={"closes.at": {"$exists": True}}),
    )

    def add(self, course_id: ObjectId, fields: Mapping[str, Any]) -> Assignment:
        moment = now()
        made: Any = {**fields, "_id": ObjectId(), "course": course_id, "revision": 1}
        made |= {"createdAt": moment, "updatedAt": moment}
        self.insert(made)
        return made  # type: ignore[no-any-return]

    def edit(self, assignment_id: ObjectId, revision: int, fields: Mapping[str, Any]) -> Assignment | None:
        """Change one that is still as it was seen; none when it is not. Learners are reminded of another deadline."""
        gone = {"$unset": {"reminded": "", "remindedTo": ""}} if "due" in fields else {}
        change = {"$set": {**fields, "updatedAt": now()}, "$inc": {"revision": 1}, **gone}
        return self.change({"_id": assignment_id, "revision": revision}, change)


assignments = Assignments()
