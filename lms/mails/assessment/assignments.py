"""What learners are told of their assignments."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.assessment.assignments import Deadline


def due_soon(user: User, title: str, deadline: Deadline) -> Message:
    shown = f"{deadline['local'].replace('T', ' ')} ({deadline['zone']})"
    return render("assignment_due", user["email"], "A deadline is near", user=user, title=title, deadline=shown)


def returned(user: User, title: str, reason: str) -> Message:
    facts = {"user": user, "title": title, "reason": reason}
    return render("assignment_returned", user["email"], "Your work came back to be mended", **facts)


def released(user: User, title: str) -> Message:
    return render("assignment_graded", user["email"], "Your work is graded", user=user, title=title)
