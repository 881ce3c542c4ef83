"""More time or more tries for one learner, for a quiz or an assignment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.assessment.assignments import Deadline
from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT, OneOf


class Extension(TypedDict):
    _id: ObjectId
    assessment: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    due: Deadline | None
    extraMinutes: Annotated[int, Bounds(0)]
    extraAttempts: Annotated[int, Bounds(0)]
    reason: str
    by: Annotated[ObjectId, Ref("users")]
    at: datetime
    reminded: NotRequired[Annotated[int, Bounds(1)]]


class Extensions(Collection[Extension]):
    """`due` is when it ends for this learner instead of for all, none for the same; the minutes are of a quiz.

    `reminded` is how many hours before that deadline the learner was reminded last.
    """

    name = "extensions"
    fields = Extension
    personal = "user"
    on_merge = {"user": OneOf(("assessment",)), "by": WHO_DID_IT}
    withheld = frozenset({"by"})
    audited = True
    unrecorded = frozenset({"reminded"})
    indexes = (
        IndexModel([("assessment", ASCENDING), ("user", ASCENDING)], unique=True),
        IndexModel("user"),
        IndexModel("due.at", partialFilterExpression={"due.at": {"$exists": True}}),
    )

    def of(self, assessment: ObjectId, user_id: ObjectId) -> Extension | None:
        return self.get({"assessment": assessment, "user": user_id})

    def grant(self, assessment: ObjectId, user_id: ObjectId, fields: Mapping[str, Any]) -> Extension:
        """Give somebody more, in place of what they were given before."""
        change = {"$set": {**fields, "at": now()}, "$unset": {"reminded": ""}}
        return self.put({"assessment": assessment, "user": user_id}, change)


extensions = Extensions()
