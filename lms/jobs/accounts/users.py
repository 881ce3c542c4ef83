"""What happens to accounts beside requests: notices to their owners, and the end of deleted ones."""

from collections.abc import Callable

from bson import ObjectId
from flask_mail import Message

from lms.controllers.accounts import erasure
from lms.mails.accounts import users as mails
from lms.models.accounts.users import User, users
from lms.models.system.audit_log import audit_log
from lms.services.system import mailer


def welcome(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.welcome(user))


def password_changed(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.password_changed(user))


def authenticator_on(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.authenticator_on(user))


def authenticator_off(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.authenticator_off(user))


def wrong_staff_codes(user_id: str) -> None:
    if user := users.by_id(ObjectId(user_id)):
        mailer.send(mails.wrong_codes(user))


def tell_suspended(audit_id: str) -> None:
    _tell(audit_id, mails.suspended)


def tell_restored(audit_id: str) -> None:
    _tell(audit_id, mails.restored)


def tell_approved(audit_id: str) -> None:
    _tell(audit_id, mails.instructor_approved)


def tell_declined(audit_id: str) -> None:
    _tell(audit_id, mails.instructor_declined)


def _tell(audit_id: str, mail: Callable[[User, str], Message]) -> None:
    """Mail what staff decided on an account and why, unless something else has been decided since."""
    row = audit_log.get({"_id": ObjectId(audit_id)})
    user = users.by_id(ObjectId(row["subject"])) if row else None
    if row and user and all(user.get(name) == value for name, value in row["after"].items()):
        mailer.send(mail(user, row["reason"] or ""))


def erase_deleted() -> None:
    """Erase the accounts that were deleted thirty days ago."""
    erasure.erase_deleted()
