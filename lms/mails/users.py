"""Notices to the owner of an account."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.users import User


def welcome(user: User) -> Message:
    return render("welcome", user["email"], f"Welcome, {user['firstName']}", user=user)


def password_changed(user: User) -> Message:
    return render("password_changed", user["email"], "Your password was changed", user=user)


def account_exists(user: User) -> Message:
    return render("account_exists", user["email"], "You already have an account", user=user)
