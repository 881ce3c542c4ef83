"""The playbacks a learner has under way."""

from datetime import datetime
from typing import Annotated, Any, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import Ends

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
    on_merge = {"_id": Ends()}
    indexes = (IndexModel("expiresAt", expireAfterSeconds=0),)

    def begin(self, user_id: ObjectId, subsection_id: ObjectId, expires_at: datetime) -> ObjectId:
        """Begin a playback; of three that are live the oldest ends."""
        playback_id = ObjectId()
        playback: Playback = {"id": playback_id, "subsection": subsection_id, "expiresAt": expires_at}
        self._keep(user_id, playback, {"$concatArrays": [_live_but(playback_id), [playback]]})
        return playback_id

    def go_on(self, user_id: ObjectId, playback_id: ObjectId, subsection_id: ObjectId, expires_at: datetime) -> bool:
        """Begin a playback with an id of its own, or go on with it; false for one older than two that are live.

        How old one is its id says.
        """
        playback: Playback = {"id": playback_id, "subsection": subsection_id, "expiresAt": expires_at}
        every = {"$concatArrays": [_live_but(playback_id), [playback]]}
        self._keep(user_id, playback, {"$sortArray": {"input": every, "sortBy": {"id": 1}}})
        return self.is_live(user_id, playback_id)

    def _keep(self, user_id: ObjectId, playback: Playback, in_order: dict[str, Any]) -> None:
        """Keep the last two of those."""
        ends = {"$max": ["$expiresAt", playback["expiresAt"]]}
        self.put({"_id": user_id}, [{"$set": {"live": {"$slice": [in_order, -MOST_LIVE]}, "expiresAt": ends}}])

    def is_live(self, user_id: ObjectId, playback_id: ObjectId) -> bool:
        one = {"$elemMatch": {"id": playback_id, "expiresAt": {"$gt": now()}}}
        return self.get({"_id": user_id, "live": one}, {"_id": 1}) is not None


def _live_but(playback_id: ObjectId) -> dict[str, Any]:
    """Those that have not ended, except this."""
    live = {"$and": [{"$gt": ["$$this.expiresAt", now()]}, {"$ne": ["$$this.id", playback_id]}]}
    return {"$filter": {"input": {"$ifNull": ["$live", []]}, "cond": live}}


playbacks = PlaybackCollection()
