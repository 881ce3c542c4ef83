"""Lessons as their learners open them."""

from pydantic import Field

from lms.models.authoring.subsections import Kind
from lms.schemas.catalogue.courses import Searched
from lms.schemas.fields import Moment, Out, OutId, Query


class LessonsQuery(Query):
    q: Searched = Field(description="Words to find in title, description and text.")


class FoundLessonOut(Out):
    """Of a `locked` one only the title was looked at; `duration` is in seconds."""

    id: OutId
    sectionId: OutId
    title: str
    kind: Kind
    duration: int
    locked: bool


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
