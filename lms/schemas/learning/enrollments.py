"""Who attends which course."""

from lms.schemas.fields import Out, OutId


class EnrollmentOut(Out):
    id: OutId
    courseId: OutId
