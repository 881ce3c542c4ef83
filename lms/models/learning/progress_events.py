"""Who was at which lesson when: what the merged progress of a learner does not tell."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel, UpdateOne

from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import Stays

KEPT = timedelta(days=400)
"""From when they came; what was counted of them stays in the rollups."""

WINDOW = timedelta(minutes=15)
"""A learner is noted once a lesson and window, however often the player reports; no day begins within one."""

Seen = tuple[ObjectId, datetime]
"""A lesson, and when the learner was at it."""


class ProgressEvent(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    subsection: Annotated[ObjectId, Ref("subsections")]
    at: datetime
    receivedAt: datetime


class ProgressEvents(Collection[ProgressEvent]):
    """`at` is the beginning of the window."""

    name = "progressEvents"
    fields = ProgressEvent
    on_merge = {"user": Stays("the figures of past days are of who watched then")}
    indexes = (
        IndexModel([("at", ASCENDING), ("user", ASCENDING)]),
        IndexModel("receivedAt", expireAfterSeconds=int(KEPT.total_seconds())),
    )

    def note(self, user_id: ObjectId, course_id: ObjectId, seen: Iterable[Seen]) -> None:
        """Keep what is not kept yet; what comes twice, late or in any order ends the same."""
        moment = now()
        made = [event(user_id, course_id, lesson, at, moment) for lesson, at in seen if at >= moment - KEPT]
        changes = [UpdateOne({"_id": each["_id"]}, {"$setOnInsert": each}, upsert=True) for each in made]
        self.bulk(changes)


def event(
    user_id: ObjectId, course_id: ObjectId, lesson: ObjectId, at: datetime, received_at: datetime
) -> ProgressEvent:
    """The event, whose id follows from the rest and begins with the time, so that new ones lie together."""
    begins = at - (at - datetime.min) % WINDOW
    digest = hashlib.blake2b(user_id.binary + lesson.binary, digest_size=8).digest()
    seconds = (begins - datetime.min) // timedelta(seconds=1) % 2**32
    return {
        "_id": ObjectId(seconds.to_bytes(4, "big") + digest),
        "user": user_id,
        "course": course_id,
        "subsection": lesson,
        "at": begins,
        "receivedAt": received_at,
    }


progress_events = ProgressEvents()
