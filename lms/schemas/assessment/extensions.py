"""More time or more tries for one learner."""

from typing import Annotated

from pydantic import Field, model_validator

from lms.schemas.assessment.deadlines import DeadlineOut, LocalMinute, Zone
from lms.schemas.fields import Filled, In, Out, OutId, Text, Whole

Some = Annotated[int, Field(ge=0, le=10_000, strict=True), Whole]


class ExtensionIn(In):
    """In place of what the learner was given before. `dueLocal` in `zone` is when it ends for them."""

    due_local: LocalMinute | None = None
    zone: Zone | None = None
    extra_minutes: Some = 0
    extra_attempts: Annotated[int, Field(ge=0, le=100, strict=True), Whole] = 0
    reason: Filled[Annotated[Text, Field(max_length=2000)]]

    @model_validator(mode="after")
    def _both(self) -> "ExtensionIn":
        if (self.due_local is None) != (self.zone is None):
            raise ValueError("A deadline is a time and a zone.")
        return self


class ExtensionOut(Out):
    assessmentId: OutId
    userId: OutId
    due: DeadlineOut | None
    extraMinutes: int
    extraAttempts: int
    reason: str
