"""Enrolling in courses, and ending that without money."""

from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import (
    AlreadyEnrolled,
    CourseNotFound,
    EnrollmentEnded,
    EnrollmentNotFound,
    NotEnrolled,
    PaymentRequired,
)
from lms.jobs.learning import enrollments as jobs
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional


@transactional
def enroll(caller: Caller, course_id: ObjectId) -> dict[str, Any]:
    """Enrol the caller in a free course, or again in one that they bought and left."""
    if back := enrollments.come_back(caller.id, course_id):
        courses.count_student(course_id, 1)
        return {"id": back, "courseId": course_id}
    course = courses.get({"_id": course_id, "status": "published"}, {"amount": 1})
    if course is None:
        raise CourseNotFound
    if course["amount"]:
        raise AlreadyEnrolled if enrollments.attends(caller.id, course_id) else PaymentRequired
    try:
        enrollment_id = enrollments.reopen(caller.id, course_id) or enrollments.enroll(caller.id, course_id, "free")
    except DuplicateKeyError:
        raise AlreadyEnrolled from None
    courses.count_student(course_id, 1)
    return {"id": enrollment_id, "courseId": course_id}


@transactional
def leave(caller: Caller, course_id: ObjectId) -> None:
    """End the caller's enrolment as they wish; progress is kept, and what was paid for stays theirs."""
    if not enrollments.leave(caller.id, course_id):
        raise NotEnrolled
    courses.count_student(course_id, -1)


@transactional
def end(enrollment_id: ObjectId, reason: str) -> None:
    """End one enrolment as staff decided, without giving money back, and tell the learner why; progress is kept."""
    held = enrollments.get({"_id": enrollment_id})
    learner = users.raw.find_one({"_id": held["user"]}) if held else None
    if held is None or learner is None:
        raise EnrollmentNotFound
    if enrollments.end_without_money(enrollment_id, reason) is None:
        raise EnrollmentEnded
    courses.count_student(held["course"], -1)
    before, after = {"status": "active"}, {"status": "ended", "course": held["course"]}
    audit_log.record("enrollment.end", users.subject(learner), before, after, reason)
    jobs.mail_ended.promise(enrollment_id)


def end_of(user_id: ObjectId, course_id: ObjectId, reason: str) -> None:
    """The same for the enrolment of a learner in a course."""
    held = enrollments.get({"user": user_id, "course": course_id}, {"_id": 1})
    if held is None:
        raise EnrollmentNotFound
    end(held["_id"], reason)
