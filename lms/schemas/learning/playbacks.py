"""Watching lessons."""

from typing import Annotated

from pydantic import Field

from lms.schemas.fields import Moment, Out, Query


class TokenQuery(Query):
    token: Annotated[str, Field(max_length=300)] = ""


class PlaybackOut(Out):
    """`url` plays in a `<video>` until `expiresAt`; then ask for another and go on where the player was."""

    url: str
    expiresAt: Moment
