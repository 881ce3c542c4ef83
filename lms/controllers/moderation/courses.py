"""What staff decide on courses.

`seen` is the revision of the course that they decided on; none where they were shown none, as at the command line.
"""

from typing import Any, get_args

from bson import ObjectId

from lms.controllers.authoring import authorship, sellable
from lms.controllers.moderation import approvals
from lms.errors import (
    ChangedMeanwhile,
    CourseIncomplete,
    CourseNotFound,
    CourseNotInReview,
    CourseNotPublic,
    NotAnAuthor,
    OwnWork,
    Refusal,
)
from lms.jobs.moderation import courses as jobs
from lms.models import actors
from lms.models.accounts.users import users
from lms.models.authoring import course_states
from lms.models.catalogue.courses import CHANGED, IN_REVIEW, Course, CourseStatus, courses
from lms.models.learning.reviews import REPORTED, reviews
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional


def queue() -> list[dict[str, Any]]:
    """The courses in review as `{id, title, instructor, submittedAt}`, the longest waiting first."""
    return course_states.in_review()


def waiting() -> dict[str, int]:
    """How much waits for a decision: `courses` in review, `changed` since approval, `reports` of reviews."""
    return {
        "courses": courses.count(IN_REVIEW),
        "changed": courses.count(CHANGED),
        "reports": reviews.count(REPORTED),
    }


@transactional
def approve(course_id: ObjectId, seen: int | None) -> None:
    """Publish a course in review, and tell its author."""
    course = require(course_id, seen, ("in_review",), CourseNotInReview())
    _publish(course)
    approvals.keep(course, actors.actor().id)
    _record("course.approve", course, "published")
    jobs.tell_approved.promise(course_id)


@transactional
def reject(course_id: ObjectId, reason: str, seen: int | None) -> None:
    """Give a course in review back to its author as a draft, and tell them why."""
    course = require(course_id, seen, ("in_review",), CourseNotInReview())
    course_states.reject(course_id, "in_review", reason, actors.actor().id)
    _record("course.reject", course, "draft", reason)
    jobs.tell_rejected.promise(course_id)


@transactional
def accept(course_id: ObjectId, seen: int | None) -> None:
    """Take a published course for approved with what its author has changed."""
    course = require(course_id, seen, ("published",), CourseNotPublic("The course is not published."))
    approved = approvals.last_approval(course_id)
    before, after = approvals.told(approvals.compare(approved, approvals.content(course)) if approved else [])
    approvals.keep(course, actors.actor().id)
    audit_log.record("course.accept_changes", courses.subject(course), before, after)


@transactional
def send_back(course_id: ObjectId, reason: str, seen: int | None) -> None:
    """Take a published course back to draft, and tell its author why; those who attend it keep it."""
    course = require(course_id, seen, ("published",), CourseNotPublic("The course is not published."))
    course_states.reject(course_id, "published", reason, actors.actor().id)
    _record("course.send_back", course, "draft", reason)
    jobs.tell_sent_back.promise(course_id)


@transactional
def archive(course_id: ObjectId, seen: int | None, reason: str | None = None) -> None:
    """Take a course out of the catalogue for good; those who attend it keep it."""
    live: tuple[CourseStatus, ...] = ("draft", "in_review", "published")
    course = require(course_id, seen, live, CourseNotPublic("The course is archived already."))
    course_states.archive(course_id)
    _record("course.archive", course, "archived", reason)


@transactional
def unarchive(course_id: ObjectId, seen: int | None) -> None:
    """Publish an archived course again."""
    course = require(course_id, seen, ("archived",), CourseNotPublic("The course is not archived."))
    authorship.require_author(course["instructor"])
    _publish(course)
    _record("course.unarchive", course, "published")


@transactional
def hand_over(course_id: ObjectId, email: str, reason: str, seen: int | None) -> None:
    """Give a course, as it is and with those who attend it, to another author, and tell both."""
    course = require(course_id, seen, get_args(CourseStatus), CourseNotFound())
    heir = users.get({"email": email, "status": "active", "role": {"$in": ["instructor", "admin"]}, "appliedAt": None})
    if heir is None or heir["emailVerifiedAt"] is None:
        raise NotAnAuthor
    if heir["_id"] == course["instructor"]:
        raise NotAnAuthor("This is the author's own address.")
    course_states.hand_over(course_id, heir["_id"])
    before, after = {"instructor": course["instructor"]}, {"instructor": heir["_id"]}
    row = audit_log.record("course.hand_over", courses.subject(course), before, after, reason)
    jobs.tell_given_away.promise(row)
    jobs.tell_received.promise(row)


def _publish(course: Course) -> None:
    """Publish a course that can be sold: it may have lost something since it was handed in or archived."""
    if missing := sellable.lacking(course):
        raise CourseIncomplete(errors=missing)
    course_states.publish(course["_id"], course["status"])


def require(course_id: ObjectId, seen: int | None, states: tuple[CourseStatus, ...], otherwise: Refusal) -> Course:
    """The course as it was `seen`, in one of these states, which the actor may decide on; part of a transaction."""
    course = courses.get({"_id": course_id})
    if course is None:
        raise CourseNotFound
    leave_own(course["instructor"], *course["coAuthors"])
    if course["status"] not in states:
        raise otherwise
    if seen is not None and course.get("revision", 0) != seen:
        raise ChangedMeanwhile
    return course


def leave_own(*concerned: ObjectId) -> None:
    """Keep moderators from what concerns themselves; an administrator may be all the staff there is."""
    if not actors.actor().senior and actors.actor().id in concerned:
        raise OwnWork


def _record(action: str, course: Course, status: CourseStatus, reason: str | None = None) -> None:
    before, after = {"status": course["status"]}, {"status": status}
    audit_log.record(action, courses.subject(course), before, after, reason)
