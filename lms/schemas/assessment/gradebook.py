"""The gradebook of a course. Points are in hundredths (250 are two and a half), percentages whole, rounded down."""

from typing import Annotated, Literal

from pydantic import Field

from lms.models.assessment.grades import AssessmentKind
from lms.schemas.fields import Filled, In, Moment, Out, OutId, PageQuery, Query, Text, Whole

Sort = Literal["name", "-name", "percent", "-percent"]
Named = Annotated[str, Field(max_length=120, description="Words to find in names and addresses.")]
Revision = Annotated[
    int, Field(ge=0, le=10**9, strict=True, description="The one that was seen; 0 of no grade."), Whole
]


class GradebookFileQuery(Query):
    q: Named | None = None
    below: int | None = Field(None, ge=0, le=100, description="Less than so many percent in all, or no grade.")
    sort: Sort = "name"


class GradebookQuery(PageQuery, GradebookFileQuery):
    limit: int = Field(50, ge=1, le=100, description="How many a page.")


class OverrideIn(In):
    points: Annotated[int, Field(ge=0, le=10**9, strict=True), Whole]
    reason: Filled[Annotated[Text, Field(max_length=500)]]
    revision: Revision


class TakenBackQuery(Query):
    revision: int | None = Field(None, ge=1, le=10**9, description="Of the grade that was seen, where that matters.")


class TotalOut(Out):
    """The mean of what was reached in each of `items` released grades, by weight: `points` of `outOf`."""

    percent: int
    points: int
    outOf: int
    passed: bool
    items: int


class CellOut(Out):
    """`raw` less the `penalty` are the `points`, unless `overrideReason` says why an author gave others."""

    raw: int
    penalty: int
    points: int
    outOf: int
    percent: int
    passed: bool
    releasedAt: Moment | None
    overrideReason: str | None
    revision: int


class GradebookRowOut(Out):
    """One learner; `grades` by the ids of assessments."""

    id: OutId
    name: str
    email: str | None
    total: TotalOut | None
    grades: dict[str, CellOut]


class GradedLessonOut(Out):
    """`outOf` is what points given by hand are measured by where nothing has been marked.

    Where graders are `blind`, a grade stands in the gradebook once it is released.
    """

    assessmentId: OutId
    lessonId: OutId
    kind: AssessmentKind
    title: str
    weight: int
    passPercent: int
    outOf: int
    blind: bool


class GradebookOut(Out):
    """What stands beside `data`: the graded lessons in playing order."""

    assessments: list[GradedLessonOut]


class OwnGradeOut(Out):
    """Points are null where the quiz tells its learners no more than whether they passed."""

    raw: int | None
    penalty: int | None
    points: int | None
    outOf: int | None
    percent: int | None
    passed: bool
    comment: str
    releasedAt: Moment


class OwnGradedLessonOut(GradedLessonOut):
    grade: OwnGradeOut | None


class OwnGradesOut(Out):
    total: TotalOut | None
    assessments: list[OwnGradedLessonOut]
