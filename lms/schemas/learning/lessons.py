"""Lessons as their learners open them."""

from lms.models.authoring.subsections import Kind
from lms.schemas.fields import Moment, Out, OutId


class LessonFileOut(Out):
    """`url` downloads it until `expiresAt`, minutes from now."""

    name: str
    bytes: int
    url: str
    expiresAt: Moment


class LessonOut(Out):
    """What its kind does not have is null; `duration` is in seconds, `text` is HTML."""

    id: OutId
    courseId: OutId
    kind: Kind
    title: str
    description: str
    duration: int
    required: bool
    preview: bool
    text: str | None
    embedUrl: str | None
    file: LessonFileOut | None
    assessmentId: OutId | None
