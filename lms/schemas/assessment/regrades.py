"""Regrades of quizzes."""

from typing import Literal

from lms.models.assessment.regrades import Policy
from lms.schemas.fields import In, Moment, Out


class RegradeIn(In):
    """`best` leaves an attempt as it is that would lose points, `exact` marks it as the keys say now."""

    policy: Policy
    dry_run: bool = False


class RegradeOut(Out):
    """How many attempts have gained and lost points; of a dry run, how many would, `changed` in all."""

    policy: Policy | None = None
    state: Literal["running", "done"] | None = None
    changed: int | None = None
    up: int
    down: int
    startedAt: Moment | None = None
    endedAt: Moment | None = None
