"""The chapters of a course, changed by its owner."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.authoring import openings
from lms.controllers.catalogue import courses
from lms.errors import CourseIncomplete, ForeignOutline
from lms.jobs.learning import changed_outlines as jobs
from lms.models.accounts.sessions import Caller
from lms.models.authoring.outlines import counted
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Opening, subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses as course_model
from lms.models.transactions import transactional
from lms.schemas.authoring.sections import ReorderIn, SectionIn

Outline = list[dict[str, Any]]


@transactional
def add(caller: Caller, course_id: ObjectId, form: SectionIn) -> Outline:
    """Add a section at the end of a course."""
    access.written_course(caller, course_id)
    opens = _opening(course_id, form)
    sections.add(course_id, form.section_name, opens)
    refresh_outline(course_id)
    return courses.outline(course_id)


@transactional
def edit(caller: Caller, section_id: ObjectId, form: SectionIn) -> Outline:
    """Call a section otherwise, and open it at another time if the form says so."""
    section = access.own_section(caller, section_id)
    opens = {} if form.opens is None else {"opens": _opening(section["course"], form)}
    sections.edit(section_id, {"sectionName": form.section_name, **opens})
    refresh_outline(section["course"])
    return courses.outline(section["course"])


def _opening(course_id: ObjectId, form: SectionIn) -> Opening | None:
    opens = form.opens.stored() if form.opens else None
    openings.require_own(course_id, opens)
    return opens


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
    """Make what is counted of the course's lessons follow them; part of the transaction that changed them.

    Where it takes less than before, learners may have completed it by that.

    Raises what undoes the change: CourseIncomplete when a course for sale would have no lesson left, OpensAfterItself.
    """
    lessons = subsections.in_playing_order({"course": course_id})
    openings.require_sound(lessons)
    now_counted = counted(lessons)
    before = course_model.set_outline(course_id, now_counted)
    if before and any(set(before[name]) - set(now_counted[name]) for name in ("lessons", "requiredLessons")):
        jobs.follow.promise(course_id)
    if before and before["status"] == "published" and before["lessons"] and not lessons:
        sentence = "What is for sale needs a lesson. Unpublish the course first."
        raise CourseIncomplete(sentence, errors={"lessons": sentence})
