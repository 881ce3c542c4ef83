"""The lessons of a course, changed by its authors."""

from collections.abc import Callable
from typing import IO, Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.authoring import openings
from lms.controllers.authoring.lesson_kinds.base import Given, LessonKind
from lms.controllers.authoring.lesson_kinds.every import KINDS, kind_of
from lms.controllers.authoring.sections import Outline, refresh_outline
from lms.controllers.catalogue import courses
from lms.errors import LessonNotFound, OtherKind, SectionNotFound
from lms.models.accounts.sessions import Caller
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.transactions import transactional
from lms.schemas.authoring.subsections import SubsectionChangeIn, SubsectionIn

GIVEN = {"video_public_id": "videoPublicId", "text": "text", "file_public_id": "filePublicId", "embed_url": "embedUrl"}
"""What lessons of some kind are made of, with its name on the wire."""


def add(caller: Caller, section_id: ObjectId, form: SubsectionIn, stream: IO[bytes] | None) -> Outline:
    """Add a lesson; a video comes along, or the browser has uploaded it."""
    section, kind = access.own_section(caller, section_id), KINDS[form.kind]
    fields = {**_fields(section["course"], form, kind), "kind": form.kind}
    with kind.taken(caller, _given(form, kind, stream), None) as made:
        _add(section["course"], section_id, fields, made)
    return courses.outline(section["course"])


@transactional
def _add(course_id: ObjectId, section_id: ObjectId, fields: dict[str, Any], made: Callable[[], dict[str, Any]]) -> None:
    if not sections.touch(section_id):
        raise SectionNotFound
    subsections.add(course_id, section_id, {"duration": 0, **fields, **made()})
    refresh_outline(course_id)


def edit(caller: Caller, subsection_id: ObjectId, form: SubsectionChangeIn, stream: IO[bytes] | None) -> Outline:
    """Change what the form names; a video that is replaced is removed by the nightly sweep."""
    lesson = access.own_lesson(caller, subsection_id)
    kind = kind_of(lesson)
    fields = _fields(lesson["course"], form, kind)
    with kind.taken(caller, _given(form, kind, stream), lesson) as made:
        _edit(lesson["course"], subsection_id, fields, made)
    return courses.outline(lesson["course"])


@transactional
def _edit(
    course_id: ObjectId, subsection_id: ObjectId, fields: dict[str, Any], made: Callable[[], dict[str, Any]]
) -> None:
    if not subsections.edit(subsection_id, {**fields, **made()}):
        raise LessonNotFound
    refresh_outline(course_id)


def _fields(course_id: ObjectId, form: SubsectionChangeIn, kind: LessonKind) -> dict[str, Any]:
    """What the form says of any lesson."""
    if kind.graded and form.preview:
        raise OtherKind(errors={"preview": "What is graded is for those who attend, and for nobody else."})
    fields = form.model_dump(by_alias=True, exclude_none=True, exclude={*GIVEN, "kind", "opens"})
    if form.opens is None:
        return fields
    opens = form.opens.stored()
    openings.require_own(course_id, opens)
    return {**fields, "opens": opens}


def _given(form: SubsectionChangeIn, kind: LessonKind, stream: IO[bytes] | None) -> Given:
    """What the form says a lesson of this kind is made of; raises OtherKind for what belongs to another."""
    named = {**{name: getattr(form, name) for name in GIVEN}, "stream": stream}
    foreign = [name for name, value in named.items() if value is not None and name not in kind.takes]
    if foreign:
        wire = {**GIVEN, "stream": "video"}
        raise OtherKind(errors={wire[name]: f"This lesson is {kind.called}." for name in foreign})
    return Given(**named)


@transactional
def delete_lesson(caller: Caller, subsection_id: ObjectId) -> Outline:
    """Hide a lesson; it ends with what is in it thirty days later."""
    lesson = access.own_lesson(caller, subsection_id)
    subsections.remove({"_id": subsection_id}, caller.id, now())
    refresh_outline(lesson["course"])
    return courses.outline(lesson["course"])
