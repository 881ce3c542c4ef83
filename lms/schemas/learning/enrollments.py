"""Who attends which course."""

from typing import Annotated

from pydantic import Field

from lms.schemas.fields import Filled, Id, In, Out, OutId, Text


class EndedIn(In):
    """An enrolment that staff end; `reason` is mailed to the learner."""

    enrolment: Id
    reason: Filled[Annotated[Text, Field(max_length=500)]]


class EnrollmentOut(Out):
    id: OutId
    courseId: OutId
