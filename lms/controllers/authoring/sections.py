"""The chapters of a course, changed by its owner."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.catalogue import courses
from lms.errors import CourseIncomplete, ForeignOutline
from lms.models.accounts.sessions import Caller
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now, transactional
from lms.models.catalogue.courses import courses as course_model
from lms.schemas.authoring.sections import ReorderIn, SectionIn
from lms.services.system import page_cache

Outline = list[dict[str, Any]]


def add(caller: Caller, course_id: ObjectId, form: SectionIn) -> Outline:
    access.own_course(caller, course_id)
    _add(course_id, form.section_name)
    return changed(course_id)


@transactional
def _add(course_id: ObjectId, name: str) -> None:
    sections.add(course_id, name)
    refresh_outline(course_id)


def rename(caller: Caller, section_id: ObjectId, form: SectionIn) -> Outline:
    section = access.own_section(caller, section_id)
    _rename(section_id, section["course"], form.section_name)
    return changed(section["course"])


@transactional
def _rename(section_id: ObjectId, course_id: ObjectId, name: str) -> None:
    sections.rename(section_id, name)
    course_model.touch(course_id)


def delete_section(caller: Caller, section_id: ObjectId) -> Outline:
    section = access.own_section(caller, section_id)
    _remove(section_id, section["course"], caller.id)
    return changed(section["course"])


@transactional
def _remove(section_id: ObjectId, course_id: ObjectId, by: ObjectId) -> None:
    moment = now()
    sections.remove({"_id": section_id}, by, moment)
    subsections.remove({"section": section_id}, by, moment)
    refresh_outline(course_id)


def reorder(caller: Caller, course_id: ObjectId, form: ReorderIn) -> Outline:
    access.own_course(caller, course_id)
    _reorder(course_id, [(section.id, section.subsections) for section in form.sections])
    return changed(course_id)


@transactional
def _reorder(course_id: ObjectId, wanted: list[tuple[ObjectId, list[ObjectId]]]) -> None:
    named_sections = [section for section, _ in wanted]
    named_lessons = [lesson for _, lessons in wanted for lesson in lessons]
    if _differ(named_sections, sections.of_course(course_id)) or _differ(
        named_lessons, subsections.of_course(course_id)
    ):
        raise ForeignOutline
    sections.arrange(named_sections)
    subsections.arrange(wanted)
    refresh_outline(course_id)


def _differ(named: list[ObjectId], existing: list[Any]) -> bool:
    return sorted(named) != sorted(each["_id"] for each in existing)


def refresh_outline(course_id: ObjectId) -> None:
    """Make the course's lesson list and duration follow its sections; part of the transaction that changed them.

    Raises CourseIncomplete, which undoes the change, when a course for sale would have no lesson left.
    """
    lessons = subsections.in_playing_order({"course": course_id})
    before = course_model.set_outline(
        course_id, [lesson["_id"] for lesson in lessons], sum(lesson["duration"] for lesson in lessons)
    )
    if before and before["status"] == "published" and before["lessons"] and not lessons:
        sentence = "What is for sale needs a lesson. Unpublish the course first."
        raise CourseIncomplete(sentence, errors={"lessons": sentence})


def changed(course_id: ObjectId) -> Outline:
    """The outline after a change, with every public page of it made old."""
    page_cache.moved()
    return courses.outline(course_id)
