"""What authors are told about what staff decided."""

from collections.abc import Callable

from bson import ObjectId
from flask_mail import Message

from lms.machinery.registry import job
from lms.mails.moderation import courses as mails
from lms.models.accounts.users import User, users
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.reviews import reviews
from lms.models.system.audit_log import audit_log
from lms.services.system import mailer


@job(queue="mail", about=courses)
def tell_approved(course_id: ObjectId) -> None:
    """Tell an author that their course is published."""
    _tell(course_id, mails.approved)


@job(queue="mail", about=courses)
def tell_rejected(course_id: ObjectId) -> None:
    """Tell an author that their course was not approved, and why."""
    _tell(course_id, mails.rejected)


@job(queue="mail", about=courses)
def tell_sent_back(course_id: ObjectId) -> None:
    """Tell an author that their course was taken back to draft, and why."""
    _tell(course_id, mails.sent_back)


@job(queue="mail", about=audit_log)
def tell_warned(row_id: ObjectId) -> None:
    """Mail the author of a review what the audit log's row says, unless one of them is gone by now."""
    row = audit_log.get({"_id": row_id})
    review = reviews.raw.find_one({"_id": ObjectId(row["subject"])}) if row else None
    author = users.by_id(review["user"]) if review else None
    course = courses.raw.find_one({"_id": review["course"]}) if review else None
    if row and review and author and course:
        mailer.send(mails.warned(author, course, review, row["reason"] or ""))


@job(queue="mail", about=audit_log)
def tell_given_away(row_id: ObjectId) -> None:
    """Tell the author that a course had who has it now."""
    _tell_of_hand_over(row_id, "before", mails.given_away)


@job(queue="mail", about=audit_log)
def tell_received(row_id: ObjectId) -> None:
    """Tell the author that a course has now that it is theirs."""
    _tell_of_hand_over(row_id, "after", mails.received)


def _tell_of_hand_over(row_id: ObjectId, side: str, mail: Callable[[User, Course, str], Message]) -> None:
    row = audit_log.get({"_id": row_id})
    course = courses.raw.find_one({"_id": ObjectId(row["subject"])}) if row else None
    author = users.by_id(row[side]["instructor"]) if row else None  # type: ignore[literal-required]
    if row and course and author:
        mailer.send(mail(author, course, row["reason"] or ""))


def _tell(course_id: ObjectId, mail: Callable[[User, Course], Message | None]) -> None:
    """Mail the author, unless the course or its author is gone by now."""
    course = courses.get({"_id": course_id})
    author = users.by_id(course["instructor"]) if course else None
    if course and author and (message := mail(author, course)):
        mailer.send(message)
