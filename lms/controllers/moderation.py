"""What staff decide on courses."""

from typing import Any

from bson import ObjectId

from lms.controllers import sellable
from lms.errors import CourseIncomplete, CourseNotFound, CourseNotInReview, CourseNotPublic, Refusal
from lms.jobs import moderation as jobs
from lms.jobs.outbox import promise
from lms.models import course_states
from lms.models.base import transactional
from lms.models.courses import Course, CourseStatus, courses
from lms.services import page_cache


def queue() -> list[dict[str, Any]]:
    """The courses in review as `{id, title, instructor, submittedAt}`, the longest waiting first."""
    return course_states.in_review()


def approve(course_id: ObjectId) -> None:
    """Publish a course in review, and tell its author."""
    _approve(course_id)
    page_cache.moved()


@transactional
def _approve(course_id: ObjectId) -> None:
    _publish(course_id, "in_review", CourseNotInReview())
    promise(jobs.tell_approved, course_id)


def reject(course_id: ObjectId, reason: str, by: ObjectId | None = None) -> None:
    """Give a course in review back to its author as a draft, and tell them why."""
    _reject(course_id, reason, by)


@transactional
def _reject(course_id: ObjectId, reason: str, by: ObjectId | None) -> None:
    _require(course_id)
    if not course_states.reject(course_id, reason, by):
        raise CourseNotInReview
    promise(jobs.tell_rejected, course_id)


def archive(course_id: ObjectId) -> None:
    """Take a course out of the catalogue for good; those who attend it keep it."""
    _require(course_id)
    if not course_states.archive(course_id):
        raise CourseNotPublic("The course is archived already.")
    page_cache.moved()


def unarchive(course_id: ObjectId) -> None:
    """Publish an archived course again."""
    _publish(course_id, "archived", CourseNotPublic("The course is not archived."))
    page_cache.moved()


@transactional
def _publish(course_id: ObjectId, moved_from: CourseStatus, otherwise: Refusal) -> None:
    """Publish a course that can be sold: it may have lost something since it was handed in or archived."""
    course = _require(course_id)
    if not course_states.publish(course_id, moved_from):
        raise otherwise
    if missing := sellable.lacking(course):
        raise CourseIncomplete(errors=missing)


def _require(course_id: ObjectId) -> Course:
    course = courses.get({"_id": course_id})
    if course is None:
        raise CourseNotFound
    return course
