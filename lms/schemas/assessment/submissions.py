"""What learners hand in, and what graders give for it. All points are in hundredths: 250 are two and a half."""

from typing import Annotated, Any, Literal

from pydantic import Field

from lms.models.assessment.submissions import SubmissionState
from lms.schemas.authoring.media import FilePublicId
from lms.schemas.fields import (
    ADDRESS_OF_A_PAGE,
    BlankIsNone,
    Filled,
    Id,
    In,
    Moment,
    Out,
    OutId,
    Pasted,
    Query,
    RichText,
    Text,
    Whole,
)

Revision = Annotated[int, Field(ge=0, le=10**9, strict=True, description="The one that was seen; 0 of nothing."), Whole]
WorkText = Annotated[Text, Field(max_length=20_000, description="Plain text, no HTML: show it as it is.")]
Address = Annotated[
    str,
    Field(max_length=2000, pattern=ADDRESS_OF_A_PAGE, examples=["https://example.com/work"]),
    Pasted,
]
RubricId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,24}$")]
Files = Annotated[list[FilePublicId], Field(max_length=10)]
FILES = "The publicIds of files uploaded with an uploadSignature of kind file."


class DraftIn(In):
    """All of the work so far: what is left out is taken out."""

    text: WorkText = ""
    url: Annotated[Address | None, BlankIsNone] = None
    files: Files = Field([], description=FILES)
    revision: Revision


class SubmissionIn(In):
    """What is left out is handed in as it was saved."""

    text: WorkText | None = None
    url: Annotated[Address | None, BlankIsNone] = None
    files: Files | None = Field(None, description=FILES)
    revision: Revision


class KeptFileOut(Out):
    """`publicId` is there for who uploaded it."""

    id: OutId
    name: str
    bytes: int
    publicId: str | None = None


class SubmissionOut(Out):
    """`lateBy` is in seconds; `note` says why it was returned; `handedInBy` is `closed` where a draft was taken."""

    id: OutId
    number: int
    state: SubmissionState
    text: str
    url: str
    files: list[KeptFileOut]
    submittedAt: Moment | None
    lateBy: int
    handedInBy: Literal["learner", "closed"] | None
    note: str | None
    revision: int


class GradeOut(Out):
    """`raw` less the `penalty` for being late are the points, unless an author has overridden them.

    `levels` names for each criterion of the rubric the level that was reached, and `rubric` is how it was then.
    """

    raw: int
    penalty: int
    points: int
    outOf: int
    percent: int
    passed: bool
    overridden: bool
    levels: dict[str, str]
    rubric: list[dict[str, Any]]
    comment: str
    files: list[KeptFileOut]
    releasedAt: Moment | None
    revision: int


class WorkOut(Out):
    """A learner's own work, newest first; the grade once it is released. `revision` is what the next call names."""

    open: bool
    triesLeft: int | None
    revision: int
    submissions: list[SubmissionOut]
    grade: GradeOut | None


class GradeIn(In):
    """`levels` of all criteria where there is a rubric, else `points` of the whole."""

    levels: dict[RubricId, RubricId] | None = Field(None, max_length=20)
    points: Annotated[int, Field(ge=0, le=100_000, strict=True), Whole] | None = None
    comment: Annotated[RichText, Field(max_length=20_000)] = ""
    files: Files = Field([], description=FILES)
    revision: Revision


class ReturnIn(In):
    note: Filled[Annotated[Text, Field(max_length=2000)]]
    revision: Revision


class ReleaseIn(In):
    """Those of the users, or all that are graded."""

    users: list[Id] | None = Field(None, min_length=1, max_length=200)


class ReleasedOut(Out):
    """How many learners are told now, and how many a job will tell."""

    released: int
    waiting: int


class QueueQuery(Query):
    """`after` is the `next` of the answer before."""

    state: Literal["submitted", "graded", "returned", "replaced", "all"] = "submitted"
    late: bool | None = None
    q: str | None = Field(None, max_length=120)
    after: Id | None = None
    limit: int = Field(20, ge=1, le=100)


class LearnerOut(Out):
    id: OutId
    name: str


class QueuedOut(SubmissionOut):
    """`learner` is none while graders are blind, and files have numbers for names; `alias` is what to call it then."""

    alias: str
    learner: LearnerOut | None
    grade: GradeOut | None


class NextOut(Out):
    next: OutId | None
