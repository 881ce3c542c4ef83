"""Notices to co-authors."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.catalogue.courses import Course


def co_author(author: User, course: Course) -> Message:
    return render("co_author", author["email"], "You are a co-author", author=author, course=course)
