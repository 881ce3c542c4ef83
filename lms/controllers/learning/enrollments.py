"""Enrolling in courses."""

from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import AlreadyEnrolled, CourseNotFound, PaymentRequired
from lms.models.accounts.sessions import Caller
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.transactions import transactional


@transactional
def enroll(caller: Caller, course_id: ObjectId) -> dict[str, Any]:
    """Enrol the caller in a free course."""
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
