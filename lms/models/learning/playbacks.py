"""The playbacks a learner has under way."""

from datetime import datetime
from typing import Annotated, Any, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Ref

MOST_LIVE = 2


class Playback(TypedDict):
    id: ObjectId
    subsection: ObjectId
    expiresAt: datetime


class Playbacks(TypedDict):
    _id: Annotated[ObjectId, Ref("users")]
    live: list[Playback]
    expiresAt: datetime


class PlaybackCollection(Collection[Playbacks]):
    """One document a learner (`_id` is the user's), with the newest two playbacks."""

    name = "playbacks"
    fields = Playbacks
    indexes = (IndexModel("expiresAt", expireAfterSeconds=0),)

    def begin(
        self, user_id: ObjectId, subsection_id: ObjectId, expires_at: datetime, known: ObjectId | None = None
    ) -> ObjectId:
        """Begin a playback, in place of the one that is `known` by that id; of three that are live the oldest ends."""
        playback_id = known or ObjectId()
        playback = {"id": playback_id, "subsection": subsection_id, "expiresAt": expires_at}
        still_live: dict[str, Any] = {
            "$filter": {
                "input": {"$ifNull": ["$live", []]},
                "cond": {"$and": [{"$gt": ["$$this.expiresAt", now()]}, {"$ne": ["$$this.id", playback_id]}]},
            }
        }
        live = {"$slice": [{"$concatArrays": [still_live, [playback]]}, -MOST_LIVE]}
        self.put({"_id": user_id}, [{"$set": {"live": live, "expiresAt": {"$max": ["$expiresAt", expires_at]}}}])
        return playback_id

    def go_on(self, user_id: ObjectId, subsection_id: ObjectId, playback_id: ObjectId, expires_at: datetime) -> None:
        """Begin a playback under an id that is known, of one lesson at a time, unless it is under way."""
        if self.get({"_id": user_id, "live": _under_way(playback_id, subsection=subsection_id)}, {"_id": 1}) is None:
            self.begin(user_id, subsection_id, expires_at, playback_id)

    def is_live(self, user_id: ObjectId, playback_id: ObjectId) -> bool:
        return self.get({"_id": user_id, "live": _under_way(playback_id)}, {"_id": 1}) is not None


def _under_way(playback_id: ObjectId, **also: ObjectId) -> dict[str, Any]:
    return {"$elemMatch": {"id": playback_id, "expiresAt": {"$gt": now()}, **also}}


playbacks = PlaybackCollection()
