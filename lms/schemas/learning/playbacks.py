"""Watching lessons."""

from typing import Annotated

from pydantic import Field

from lms.schemas.fields import Moment, Out, Query


class TokenQuery(Query):
    token: Annotated[str, Field(max_length=300)] = ""


class PlaybackOut(Out):
    """`url` plays in a `<video>` until `expiresAt`, hours after the lesson's end; pausing and seeking need no other.

    It ends earlier with the sign-in, the enrolment or the playback. A `<video crossorigin>` hears of that at once, by
    its `error` event; one without asks again and again for half a minute first.
    """

    url: str
    expiresAt: Moment
