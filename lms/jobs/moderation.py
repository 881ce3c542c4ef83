"""What authors are told about what staff decided."""

from collections.abc import Callable

from bson import ObjectId
from flask_mail import Message

from lms.mails import moderation as mails
from lms.models.courses import Course, courses
from lms.models.users import User, users
from lms.services import mailer


def tell_approved(course_id: str) -> None:
    _tell(course_id, mails.approved)


def tell_rejected(course_id: str) -> None:
    _tell(course_id, mails.rejected)


def _tell(course_id: str, mail: Callable[[User, Course], Message | None]) -> None:
    """Mail the author, unless the course or its author is gone by now."""
    course = courses.get({"_id": ObjectId(course_id)})
    author = users.by_id(course["instructor"]) if course else None
    if course and author and (message := mail(author, course)):
        mailer.send(message)
