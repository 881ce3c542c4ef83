"""What happens to accounts beside requests: notices to their owners, and the end of deleted ones."""

from collections.abc import Callable

from bson import ObjectId
from flask_mail import Message

from lms import redaction
from lms.controllers.accounts import erasure, merging
from lms.machinery.registry import job
from lms.mails.accounts import users as mails
from lms.models.accounts import addresses, merged_accounts
from lms.models.accounts.users import User, users
from lms.models.system.audit_log import audit_log
from lms.services.accounts import tokens
from lms.services.system import mailer


@job(queue="mail", about=users)
def welcome(user_id: ObjectId) -> None:
    """Welcome a learner whose address is confirmed."""
    if user := users.by_id(user_id):
        mailer.send(mails.welcome(user))


@job(queue="mail", about=users)
def password_changed(user_id: ObjectId) -> None:
    """Tell somebody that their password has changed."""
    if user := users.by_id(user_id):
        mailer.send(mails.password_changed(user))


@job(queue="mail", about=users)
def account_deleted(user_id: ObjectId) -> None:
    """Tell somebody that their account is deleted, and until when it can come back."""
    if (user := users.by_id(user_id)) and "deletedAt" in user:
        mailer.send(mails.account_deleted(user))


@job(queue="mail", about=audit_log)
def tell_email_changed(audit_id: ObjectId) -> None:
    """Tell the old address of an account that it has another one, with the link to take it back if it may."""
    row = audit_log.get({"_id": audit_id})
    user = users.by_id(ObjectId(row["subject"])) if row else None
    if row is None or user is None or user["email"] == (email := row["before"]["email"]):
        return
    former = {each["email"] for each in addresses.still(user)}
    token = tokens.take_back(user["_id"], email) if email in former else None
    mailer.send(mails.email_changed(email, user, token))


@job(queue="mail", about=users)
def authenticator_on(user_id: ObjectId) -> None:
    """Tell staff that codes of an authenticator are asked of them from now on."""
    if user := users.by_id(user_id):
        mailer.send(mails.authenticator_on(user))


@job(queue="mail", about=users)
def authenticator_off(user_id: ObjectId) -> None:
    """Tell staff that their authenticator is asked for no longer."""
    if user := users.by_id(user_id):
        mailer.send(mails.authenticator_off(user))


@job(queue="mail", about=users)
def wrong_staff_codes(user_id: ObjectId) -> None:
    """Tell staff that somebody has their password and guessed at the code."""
    if user := users.by_id(user_id):
        mailer.send(mails.wrong_codes(user))


@job(queue="mail", about=audit_log)
def tell_suspended(audit_id: ObjectId) -> None:
    """Tell somebody that their account was closed, and why."""
    _tell(audit_id, mails.suspended)


@job(queue="mail", about=audit_log)
def tell_restored(audit_id: ObjectId) -> None:
    """Tell somebody that their account is open again, and why."""
    _tell(audit_id, mails.restored)


@job(queue="mail", about=audit_log)
def tell_approved(audit_id: ObjectId) -> None:
    """Tell an applicant that they may teach."""
    _tell(audit_id, mails.instructor_approved)


@job(queue="mail", about=audit_log)
def tell_declined(audit_id: ObjectId) -> None:
    """Tell an applicant that they may not teach, and why."""
    _tell(audit_id, mails.instructor_declined)


def _tell(audit_id: ObjectId, mail: Callable[[User, str], Message]) -> None:
    """Mail what staff decided on an account and why, unless something else has been decided since."""
    row = audit_log.get({"_id": audit_id})
    user = users.by_id(ObjectId(row["subject"])) if row else None
    if row and user and all(user.get(name) == value for name, value in row["after"].items()):
        mailer.send(mail(user, row["reason"] or ""))


@job(queue="mail", about=audit_log)
def tell_merged(audit_id: ObjectId) -> None:
    """Tell somebody that another account of theirs was merged into this one."""
    row = audit_log.get({"_id": audit_id})
    user = users.by_id(ObjectId(row["subject"])) if row else None
    merged = merged_accounts.by_id(row["after"]["mergedId"]) if row and user else None
    if user and merged:
        mailer.send(mails.account_merged(user, redaction.hinted(merged["email"])))


@job(queue="mail", about=users)
def tell_merged_away(user_id: ObjectId) -> None:
    """Tell the address of a merged account which one its owner signs in to from now on."""
    merged, kept_id = merged_accounts.by_id(user_id), merged_accounts.leads_to(user_id)
    kept = users.by_id(kept_id) if kept_id else None
    if merged and kept:
        mailer.send(mails.account_merged_away(merged["email"], merged["firstName"], redaction.hinted(kept["email"])))


@job(queue="default", every="5-55/10 * * * *")
def follow_merged() -> None:
    """Let follow what calls that were under way have still written to accounts merged within the hour."""
    merging.follow_late()


@job(queue="default", every="15 2 * * *")
def erase_deleted() -> None:
    """Erase the accounts that were deleted thirty days ago."""
    erasure.erase_deleted()
