"""What authors are told about what staff decided."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.catalogue.courses import Course
from lms.models.learning.reviews import Review


def approved(author: User, course: Course) -> Message:
    return render("course_approved", author["email"], "Your course is published", user=author, course=course)


def rejected(author: User, course: Course) -> Message | None:
    return _given_back("course_rejected", "Your course needs changes", author, course)


def sent_back(author: User, course: Course) -> Message | None:
    return _given_back("course_sent_back", "Your course is no longer published", author, course)


def _given_back(template: str, subject: str, author: User, course: Course) -> Message | None:
    """None when the author has handed the course in again meanwhile."""
    if "rejection" not in course:
        return None
    facts = {"user": author, "course": course, "reason": course["rejection"]["reason"]}
    return render(template, author["email"], subject, **facts)


def given_away(author: User, course: Course, reason: str) -> Message:
    subject = "Your course has another author now"
    return render("course_given_away", author["email"], subject, user=author, course=course, reason=reason)


def received(author: User, course: Course, reason: str) -> Message:
    subject = "A course is yours now"
    return render("course_received", author["email"], subject, user=author, course=course, reason=reason)


def warned(author: User, course: Course, review: Review, reason: str) -> Message:
    facts = {"user": author, "course": course, "review": review, "reason": reason}
    return render("review_warned", author["email"], "About your review", **facts)
