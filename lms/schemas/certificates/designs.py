"""What the certificates of a course look like and say."""

from typing import Annotated

from pydantic import Field

from lms.schemas.fields import Filled, In, Line, Moment, Out, OutId, Text, Whole

ShortLine = Annotated[Line, Field(max_length=120)]


class DesignIn(In):
    """`validMonths` is left out, or null, where certificates hold for ever; `revision` is the one that was seen."""

    enabled: bool
    title: Filled[ShortLine]
    criteria: Filled[Annotated[Text, Field(max_length=2000)]]
    signatory_name: ShortLine = ""
    signatory_title: ShortLine = ""
    valid_months: Annotated[int, Field(ge=1, le=1200, strict=True), Whole] | None = None
    auto_issue: bool = True
    revision: Annotated[int, Field(ge=0, strict=True), Whole]


class DesignOut(Out):
    courseId: OutId
    enabled: bool
    title: str
    criteria: str
    signatoryName: str
    signatoryTitle: str
    hasSignature: bool
    validMonths: int | None
    autoIssue: bool
    revision: int
    updatedAt: Moment
