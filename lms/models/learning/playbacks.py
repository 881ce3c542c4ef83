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

    def begin(self, user_id: ObjectId, subsection_id: ObjectId, expires_at: datetime) -> ObjectId:
        """Begin a playback; of three that are live the oldest ends."""
        playback_id = ObjectId()
        playback = {"id": playback_id, "subsection": subsection_id, "expiresAt": expires_at}
        still_live: dict[str, Any] = {
            "$filter": {"input": {"$ifNull": ["$live", []]}, "cond": {"$gt": ["$$this.expiresAt", now()]}}
        }
        live = {"$slice": [{"$concatArrays": [still_live, [playback]]}, -MOST_LIVE]}
        self.put({"_id": user_id}, [{"$set": {"live": live, "expiresAt": {"$max": ["$expiresAt", expires_at]}}}])
        return playback_id

    def is_live(self, user_id: ObjectId, playback_id: ObjectId) -> bool:
        one = {"$elemMatch": {"id": playback_id, "expiresAt": {"$gt": now()}}}
        return self.get({"_id": user_id, "live": one}, {"_id": 1}) is not None


playbacks = PlaybackCollection()
