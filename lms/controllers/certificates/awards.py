"""Who is awarded a certificate: in the transaction that notes the completion, or when they, or staff, ask for it."""

import calendar
import secrets
from datetime import datetime

from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.errors import CertificatesOff, CourseIncomplete, CourseNotFound
from lms.extensions import current_settings
from lms.jobs.certificates import certificates as jobs
from lms.models.accounts.users import User, name_of, users
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.courses import Course, courses
from lms.models.certificates.certificate_designs import CertificateDesign, certificate_designs
from lms.models.certificates.certificates import Certificate, CertificateFacts, certificates
from lms.models.certificates.status_lists import status_lists
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.transactions import transactional
from lms.services.authoring import markup
from lms.services.certificates import codes, open_badges
from lms.services.certificates.credentials import LIST_SIZE

LONGEST_ABOUT = 500


def award(user_id: ObjectId, course_id: ObjectId, completed_at: datetime) -> None:
    """Award who has just completed a course that gives certificates by itself; part of that transaction."""
    design = certificate_designs.enabled(course_id)
    if design is None or not design["autoIssue"] or certificates.current(user_id, course_id):
        return
    if made := _award(user_id, course_id, design, completed_at):
        jobs.issue.promise(made["_id"])


@transactional
def ensure(user_id: ObjectId, course_id: ObjectId) -> tuple[Certificate, bool]:
    """The certificate of who has completed a course, and whether that is new.

    Raises CertificatesOff or CourseIncomplete where there is none and can be none.
    """
    held = certificates.current(user_id, course_id)
    if held:
        return held, False
    design = certificate_designs.enabled(course_id)
    if design is None:
        raise CertificatesOff
    progress = course_progress.of_learner(user_id, course_id)
    completed_at = progress.get("completedAt") if progress else None
    if completed_at is None:
        raise CourseIncomplete(
            "Complete the course first.", errors=_missing(course_id, progress["completed"] if progress else [])
        )
    made = _award(user_id, course_id, design, completed_at)
    if made is None:
        raise CourseNotFound
    jobs.issue.promise(made["_id"])
    return made, True


@transactional
def late(user_id: ObjectId, course_id: ObjectId) -> Certificate | None:
    """The same for a round that signs it itself, and is repeated until it has; none where there can be none."""
    if held := certificates.current(user_id, course_id):
        return held
    design, progress = certificate_designs.enabled(course_id), course_progress.of_learner(user_id, course_id)
    completed_at = progress.get("completedAt") if progress else None
    if design is None or completed_at is None:
        return None
    return _award(user_id, course_id, design, completed_at)


def _missing(course_id: ObjectId, completed: list[ObjectId]) -> dict[str, str]:
    """How many lessons are still to be completed, and how many assessments to be passed."""
    course = courses.get({"_id": course_id}, {"requiredLessons": 1})
    left = set(course["requiredLessons"]) - set(completed) if course else set()
    graded = sum(kind_of(each).graded for each in subsections.find({"_id": {"$in": list(left)}}, {"kind": 1}))
    counted = {"lessons": len(left) - graded, "assessments": graded}
    return {name: f"{number} {'is' if number == 1 else 'are'} left." for name, number in counted.items() if number}


def _award(
    user_id: ObjectId, course_id: ObjectId, design: CertificateDesign, completed_at: datetime
) -> Certificate | None:
    """Write it down to be signed; none where the course or the learner is gone, or it was taken back.

    There is none yet; of two at once the unique index lets one be.
    """
    if enrollments.has_ended(user_id, course_id):
        return None
    facts = _facts(user_id, course_id, design, completed_at)
    if facts is None:
        return None
    made = add(user_id, course_id, facts)
    if design["validMonths"]:
        made["validUntil"] = months_later(made["createdAt"], design["validMonths"])
    certificates.insert(made)
    return made


def add(user_id: ObjectId, course_id: ObjectId, facts: CertificateFacts) -> Certificate:
    """A certificate with its code and its place in a list of states, not written down yet."""
    number, index = _place()
    return {
        "_id": ObjectId(),
        "code": codes.new(),
        "user": user_id,
        "course": course_id,
        "state": "pending",
        "current": True,
        "facts": facts,
        "list": number,
        "index": index,
        "listed": False,
        "createdAt": now(),
        "revision": 0,
    }


def _facts(
    user_id: ObjectId, course_id: ObjectId, design: CertificateDesign, completed_at: datetime
) -> CertificateFacts | None:
    """What is so now, which later changes of name, course or design do not change; none of who is gone."""
    course, learner = courses.get({"_id": course_id}), users.by_id(user_id)
    if course is None or learner is None:
        return None
    return facts_of(learner, course, design, completed_at, secrets.token_hex(16))


def facts_of(
    learner: User, course: Course, design: CertificateDesign, completed_at: datetime, salt: str
) -> CertificateFacts:
    """The same of whoever; the e-mail address as a hash with this salt."""
    author = users.raw.find_one({"_id": course["instructor"]})
    return {
        "recipientName": name_of(learner),
        "emailHash": open_badges.email_hash(learner["email"], salt),
        "emailSalt": salt,
        "courseTitle": course["title"],
        "courseDescription": about(course),
        "title": design["title"],
        "criteria": design["criteria"],
        "instructorName": name_of(author) if author else "",
        "signatoryName": design["signatoryName"],
        "signatoryTitle": design["signatoryTitle"],
        "issuerName": current_settings().school,
        "seconds": course["totalDuration"],
        "completedAt": completed_at,
        "designRevision": design["revision"],
    }


def about(course: Course) -> str:
    """The beginning of a course's description without its markup; its title where there is none."""
    words = " ".join(markup.words_in(course["description"]).split()) or course["title"]
    return words if len(words) <= LONGEST_ABOUT else f"{words[: LONGEST_ABOUT - 1]}…"


def _place() -> tuple[int, int]:
    """A random free place in the newest list at our address; a new list where most of it is taken."""
    base, newest = current_settings().base_url, status_lists.newest()
    number = newest["_id"] if newest else 0
    if newest and newest["base"] == base and (index := certificates.free_index(number, LIST_SIZE)) is not None:
        return number, index
    status_lists.open(number + 1, base)
    return number + 1, secrets.randbelow(LIST_SIZE)


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last one."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
