"""/courses/playback: watching lessons."""

from typing import Any

from bson import ObjectId

from lms.addresses import address_of
from lms.controllers.learning import playbacks
from lms.errors import (
    CourseNotFound,
    LessonLocked,
    LessonNotFound,
    NotEnrolled,
    NotSignedIn,
    PlaybackEnded,
    RangeNotSatisfiable,
)
from lms.http.api import Api
from lms.http.arguments import OptionalCaller, Stretch
from lms.middlewares.auth import anyone_who_may_watch, anyone_with_a_token
from lms.schemas.learning.playbacks import PlaybackOut, TokenQuery

api = Api("playbacks", "/courses")

REFUSALS = (LessonNotFound, NotSignedIn, NotEnrolled, CourseNotFound)


@api.get(
    "/playback/<id:subsection_id>", allow=anyone_who_may_watch, returns=PlaybackOut, refusals=(LessonLocked, *REFUSALS)
)
def begin(caller: OptionalCaller, subsection_id: ObjectId) -> Any:
    """An address that plays this one lesson for hours; a learner can have two, and a third ends the oldest."""
    token, expires_at = playbacks.begin(caller, subsection_id)
    return {"url": address_of("playbacks.play", subsection_id=subsection_id, token=token), "expiresAt": expires_at}


@api.get(
    "/playback/<id:subsection_id>/video",
    allow=anyone_with_a_token,
    status=302,
    also_status=(206,),
    refusals=(PlaybackEnded, RangeNotSatisfiable, *REFUSALS),
)
def play(subsection_id: ObjectId, query: TokenQuery, wanted: Stretch) -> Any:
    """The next bytes of the video for a player that was given this address; without a `Range`, where they all are."""
    return playbacks.play(subsection_id, query.token, wanted.bytes)
