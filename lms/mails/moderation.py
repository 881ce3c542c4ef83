"""What authors are told about what staff decided."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.courses import Course
from lms.models.users import User


def approved(author: User, course: Course) -> Message:
    return render("course_approved", author["email"], "Your course is published", user=author, course=course)


def rejected(author: User, course: Course) -> Message | None:
    """None when the author has handed the course in again meanwhile."""
    if "rejection" not in course:
        return None
    facts = {"user": author, "course": course, "reason": course["rejection"]["reason"]}
    return render("course_rejected", author["email"], "Your course needs changes", **facts)
