"""How far a learner has come."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from lms.schemas.fields import Id, In, Moment, Out, OutId, WholeSeconds, stored_moment

Position = Annotated[int, Field(ge=0, le=86_400, strict=True), WholeSeconds]


class ProgressEventIn(In):
    """What the player saw happen, at the time it says; `position` is in seconds."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    subsection_id: Id
    completed: bool | None = None
    position: Position | None = None
    at: Annotated[datetime, AfterValidator(stored_moment)]


class ProgressIn(In):
    """Either one lesson's state now, or `events` that may come late, twice or in any order.

    `sentAt` is the time by the player's own clock at which it sends the events: by it a wrong clock is set right.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": [one], "properties": {one: {"not": {"type": "null"}}, other: {"type": "null"}}}
                for one, other in (("subsectionId", "events"), ("events", "subsectionId"))
            ]
        }
    )

    subsection_id: Id | None = None
    completed: bool | None = None
    position: Position | None = None
    events: list[ProgressEventIn] | None = Field(None, min_length=1, max_length=500)
    sent_at: Annotated[datetime, AfterValidator(stored_moment)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "ProgressIn":
        if (self.subsection_id is None) == (self.events is None):
            raise ValueError("Send either a subsectionId or events.")
        return self


class ResumeOut(Out):
    """`position` is in seconds."""

    subsectionId: OutId
    position: int


class ProgressOut(Out):
    completedVideos: list[OutId]
    progressPercentage: int
    completedAt: Moment | None
    resume: ResumeOut | None
