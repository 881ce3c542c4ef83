"""Delivery of one-time codes: the code is minted here, kept as a hash, and mailed."""

from bson import ObjectId
from flask_mail import Message

from lms.mails.accounts import otps as mails
from lms.mails.accounts import users as user_mails
from lms.models.accounts.otps import Otp, otps
from lms.models.accounts.users import User, users
from lms.services.accounts import code_store, tokens
from lms.services.system import mailer


def deliver(otp_id: str) -> None:
    """Answer a request for a code, unless a newer one has been made or nobody is to be written to."""
    otp = otps.begin_delivery(ObjectId(otp_id))
    if otp is None:
        return
    if otps.newer_exists(otp):
        otps.settle(otp["_id"], "superseded")
        return
    try:
        message = _message(otp, users.by_email(otp["email"]))
        if message is None:
            otps.settle(otp["_id"], "unneeded", "There is no account with this address.")
            return
        mailer.send(message)
    except Exception as error:
        otps.settle(otp["_id"], "failed", f"{type(error).__name__}: {error}"[:500])
        raise
    otps.settle(otp["_id"], "sent")


def _message(otp: Otp, user: User | None) -> Message | None:
    purpose, email = otp["purpose"], otp["email"]
    if purpose == "signup" and user is not None and user["emailVerifiedAt"]:
        return user_mails.account_exists(user)
    if purpose != "signup" and user is None:
        return None
    code = code_store.mint(purpose, email)
    if purpose == "reset" and user is not None:
        return mails.reset(user, code, tokens.reset(user))
    return mails.code(email, code, purpose)
