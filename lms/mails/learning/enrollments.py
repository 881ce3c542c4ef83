"""What learners attend, and no longer do."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User


def ended(user: User, title: str, reason: str) -> Message:
    return render("enrollment_ended", user["email"], "Your enrolment has ended", user=user, title=title, reason=reason)
