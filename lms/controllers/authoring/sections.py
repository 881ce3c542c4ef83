"""The chapters of a course, changed by its owner."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.catalogue import courses
from lms.errors import CourseIncomplete, ForeignOutline
from lms.models.accounts.sessions import Caller
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses as course_model
from lms.models.transactions import transactional
from lms.schemas.authoring.sections import ReorderIn, SectionIn

Outline = list[dict[str, Any]]


@transactional
def add(caller: Caller, course_id: ObjectId, form: SectionIn) -> Outline:
    """Add a section at the end of a course."""
    access.written_course(caller, course_id)
    sections.add(course_id, form.section_name)
    refresh_outline(course_id)
    return courses.outline(course_id)


@transactional
def rename(caller: Caller, section_id: ObjectId, form: SectionIn) -> Outline:
    """Call a section otherwise."""
    section = access.own_section(caller, section_id)
    sections.rename(section_id, form.section_name)
    course_model.touch(section["course"])
    return courses.outline(section["course"])


@transactional
def delete_section(caller: Caller, section_id: ObjectId) -> Outline:
    """Hide a section with its lessons."""
    section, moment = access.own_section(caller, section_id), now()
    sections.remove({"_id": section_id}, caller.id, moment)
    subsections.remove({"section": section_id}, caller.id, moment)
    refresh_outline(section["course"])
    return courses.outline(section["course"])


@transactional
def reorder(caller: Caller, course_id: ObjectId, form: ReorderIn) -> Outline:
    """Put the sections and lessons of a course in another order."""
    access.written_course(caller, course_id)
    wanted = [(section.id, section.subsections) for section in form.sections]
    named_sections = [section for section, _ in wanted]
    named_lessons = [lesson for _, lessons in wanted for lesson in lessons]
    if _differ(named_sections, sections.of_course(course_id)) or _differ(
        named_lessons, subsections.of_course(course_id)
    ):
        raise ForeignOutline
    sections.arrange(course_id, named_sections)
    subsections.arrange(course_id, wanted)
    refresh_outline(course_id)
    return courses.outline(course_id)


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
