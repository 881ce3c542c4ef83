"""Who attends which course."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.fields import Id, In, Out, OutId, Text, not_empty


class EndedIn(In):
    """An enrolment that staff end; `reason` is mailed to the learner."""

    enrolment: Id
    reason: Annotated[Text, Field(max_length=500), AfterValidator(not_empty)]


class EnrollmentOut(Out):
    id: OutId
    courseId: OutId
