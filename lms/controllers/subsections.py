"""The lessons of a course, changed by its owner."""

from typing import Any

from bson import ObjectId

from lms.controllers import access
from lms.controllers.sections import Outline, changed, refresh_outline
from lms.errors import SectionNotFound
from lms.models.base import transactional
from lms.models.sections import sections
from lms.models.sessions import Caller
from lms.models.subsections import subsections
from lms.schemas.subsections import SubsectionChangeIn, SubsectionIn


def add(caller: Caller, section_id: ObjectId, form: SubsectionIn) -> Outline:
    section = access.own_section(caller, section_id)
    access.require_own_video(caller, form.video_public_id)
    _add(section["course"], section_id, form.model_dump(by_alias=True))
    return changed(section["course"])


@transactional
def _add(course_id: ObjectId, section_id: ObjectId, fields: dict[str, Any]) -> None:
    if not sections.touch(section_id):
        raise SectionNotFound
    subsections.add(course_id, section_id, fields)
    refresh_outline(course_id)


def edit(caller: Caller, subsection_id: ObjectId, form: SubsectionChangeIn) -> Outline:
    lesson = access.own_lesson(caller, subsection_id)
    if form.video_public_id is not None:
        access.require_own_video(caller, form.video_public_id)
    _edit(lesson["course"], subsection_id, form.model_dump(by_alias=True, exclude_none=True))
    return changed(lesson["course"])


@transactional
def _edit(course_id: ObjectId, subsection_id: ObjectId, fields: dict[str, Any]) -> None:
    subsections.edit(subsection_id, fields)
    refresh_outline(course_id)


def remove(caller: Caller, subsection_id: ObjectId) -> Outline:
    lesson = access.own_lesson(caller, subsection_id)
    _remove(lesson["course"], subsection_id, caller.id)
    return changed(lesson["course"])


@transactional
def _remove(course_id: ObjectId, subsection_id: ObjectId, by: ObjectId) -> None:
    subsections.remove({"_id": subsection_id}, by)
    refresh_outline(course_id)
