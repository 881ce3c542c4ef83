"""Mails that carry a one-time code."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.otps import Purpose
from lms.models.accounts.users import User

SUBJECTS: dict[Purpose, str] = {
    "signup": "Your code to confirm your e-mail address",
    "login": "Your code to sign in",
    "admin": "Your code for the staff pages",
    "change": "Your code to confirm your new e-mail address",
}


def code(email: str, code: str, purpose: Purpose) -> Message:
    return render("code", email, SUBJECTS[purpose], code=code, purpose=purpose)


def reset(user: User, code: str, token: str) -> Message:
    return render("reset", user["email"], "Choose a new password", user=user, code=code, token=token)
