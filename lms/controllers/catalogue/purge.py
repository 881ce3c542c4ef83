"""The end of what was deleted from the catalogue."""

from collections.abc import Iterable
from datetime import timedelta

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.controllers.authoring.unused_media import discard
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.questions import question_versions, questions
from lms.models.authoring.media import media
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import Filter, now
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.learning.course_progress import course_progress
from lms.models.learning.reviews import reviews
from lms.models.moderation.approvals import course_approvals
from lms.models.transactions import transactional

DELETED_KEPT = timedelta(days=30)


def purge_deleted() -> None:
    """End what was deleted from the catalogue thirty days ago, with its media."""
    due = {"deletedAt": {"$lte": now() - DELETED_KEPT}}
    for course in courses.find(due, {"_id": 1}):
        _discard(_purge_course({"_id": course["_id"], **due}))
    for lesson in subsections.find(due):
        _discard(_purge_lesson(lesson, due))
    for collection in (sections, reviews, categories, tags):
        collection.delete_many(due)


@transactional
def _purge_course(due: Filter) -> list[str]:
    """End one course unless it came back, and name its media; enrolments stay, for what was paid."""
    course = courses.get(due, {"thumbnail": 1})
    if course is None:
        return []
    lessons = subsections.raw.find({"course": course["_id"]})
    shown = [public_id for lesson in lessons for public_id in kind_of(lesson).end(lesson)]
    for collection in (subsections, sections, reviews, course_progress, questions, question_versions, course_grades):
        collection.delete_many({"course": course["_id"]})
    for kept in (course_approvals, certificate_designs):
        kept.delete({"_id": course["_id"]})
    courses.delete(due)
    return [*shown, *media.ids_at(course["thumbnail"])]


@transactional
def _purge_lesson(lesson: Subsection, due: Filter) -> list[str]:
    """End one lesson unless it came back, and name its media."""
    return kind_of(lesson).end(lesson) if subsections.delete_many({"_id": lesson["_id"], **due}) else []


def _discard(public_ids: Iterable[str]) -> None:
    for public_id in public_ids:
        discard(public_id)
