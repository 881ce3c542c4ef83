"""Certificates for everybody who had completed a course before it gave any."""

from typing import Any

from bson import ObjectId

from lms.controllers.certificates import awards, issuing
from lms.errors import CertificatesOff, CourseNotFound
from lms.jobs.certificates import certificates as jobs
from lms.machinery.rounds import FROM_THE_FIRST, within_a_round
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.certificates.certificates import certificates
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional

AT_A_TIME = 500


def count(course_id: ObjectId) -> int:
    """How many have completed the course, hold no certificate of it, and can be awarded one."""
    completed = course_progress.raw.distinct("user", {"course": course_id, "completedAt": {"$ne": None}})
    held = certificates.raw.distinct("user", {"course": course_id, "current": True})
    missing = set(completed) - set(held) - set(enrollments.ended_of(course_id))
    return users.count_known(missing)


def course_file(course_id: ObjectId) -> dict[str, Any]:
    """A course with its design, and how many who completed it are `missing` a certificate."""
    course = courses.get({"_id": course_id}, {"title": 1})
    if course is None:
        raise CourseNotFound
    return {"course": course, "design": certificate_designs.of_course(course_id), "missing": count(course_id)}


@transactional
def begin(course_id: ObjectId) -> None:
    """Promise it, as staff decided."""
    if certificate_designs.enabled(course_id) is None:
        raise CertificatesOff
    course = courses.get({"_id": course_id}, {"title": 1})
    if course is not None:
        audit_log.record("certificates.backfill", courses.subject(course))
        jobs.backfill.promise(course_id, FROM_THE_FIRST)


def go_on(course_id: ObjectId, after: ObjectId) -> None:
    """One round, in the order of the progress's ids, and the promise of the next; what was done is not done twice."""
    where = {"course": course_id, "completedAt": {"$ne": None}, "_id": {"$gt": after}}
    completed = course_progress.find(where, {"user": 1}, sort=[("_id", 1)], limit=AT_A_TIME)
    for each in within_a_round(completed):
        _award(course_id, each["user"])
        after = each["_id"]
    if completed:
        jobs.backfill.promise(course_id, after)


def _award(course_id: ObjectId, user_id: ObjectId) -> None:
    certificate = awards.late(user_id, course_id)
    if certificate and certificate["state"] == "pending":
        issuing.issue_awarded(certificate)
