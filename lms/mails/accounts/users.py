"""Notices to the owner of an account."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User


def welcome(user: User) -> Message:
    return render("welcome", user["email"], f"Welcome, {user['firstName']}", user=user)


def password_changed(user: User) -> Message:
    return render("password_changed", user["email"], "Your password was changed", user=user)


def account_deleted(user: User) -> Message:
    return render("account_deleted", user["email"], "Your account is deleted", user=user)


def account_exists(user: User) -> Message:
    return render("account_exists", user["email"], "You already have an account", user=user)


def address_taken(user: User) -> Message:
    return render("address_taken", user["email"], "This address has an account already", user=user)


def email_changed(email: str, user: User, token: str | None) -> Message:
    """To the address that the account had."""
    return render("email_changed", email, "The e-mail address of your account was changed", user=user, token=token)


def account_merged(user: User, other: str) -> Message:
    """`other` hints at the address of the account that went."""
    return render("account_merged", user["email"], "Your two accounts are one", user=user, other=other)


def account_merged_away(email: str, name: str, other: str) -> Message:
    """To the address of an account that went; `other` hints at that of the one that was kept."""
    return render("account_merged_away", email, "Your two accounts are one", email=email, name=name, other=other)


def authenticator_on(user: User) -> Message:
    return _staff_notice(
        user, "An authenticator was set up", "From now on you sign in with a code of the authenticator."
    )


def authenticator_off(user: User) -> Message:
    return _staff_notice(user, "Your authenticator was removed", "From now on you sign in with a mailed code.")


def wrong_codes(user: User) -> Message:
    what = "Somebody gave your password and then five wrong codes, so the sign-in was stopped."
    return _staff_notice(user, "Somebody tried to sign in as you", what)


def _staff_notice(user: User, subject: str, what: str) -> Message:
    return render("staff_notice", user["email"], subject, user=user, what=what)


def suspended(user: User, reason: str) -> Message:
    return render("suspended", user["email"], "Your account is suspended", user=user, reason=reason)


def restored(user: User, reason: str) -> Message:
    return render("restored", user["email"], "Your account is open again", user=user, reason=reason)


def instructor_approved(user: User, reason: str) -> Message:
    return render("instructor_approved", user["email"], "You can publish your courses", user=user)


def instructor_declined(user: User, reason: str) -> Message:
    subject = "Your application to teach was not approved"
    return render("instructor_declined", user["email"], subject, user=user, reason=reason)
