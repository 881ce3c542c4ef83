"""Requests for codes as staff see them: how each delivery went, and sending another code."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import otps as codes
from lms.errors import DeliveryNotFound, OtpTooSoon
from lms.models.accounts.otps import Otp, otps
from lms.models.accounts.users import users
from lms.models.base import Subject, now
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.accounts import code_store

NEWEST = 20
MOST_AN_HOUR = 40
"""Codes for one address, whoever asks for them; more than strangers can ask for, so that staff can still help."""


def delivery_file(otp_id: ObjectId) -> dict[str, Any]:
    """A request, whose address that is, and the address's other requests."""
    otp = _otp(otp_id)
    others = [each for each in otps.of_address(otp["email"], NEWEST) if each["_id"] != otp_id]
    return {"delivery": otp, "user": users.by_email(otp["email"]), "others": others}


def send_again(otp_id: ObjectId) -> ObjectId:
    """Make a new request for the same purpose; raises OtpTooSoon right after another, or after very many."""
    code_store.require_available()
    return _send_again(otp_id)


@transactional
def _send_again(otp_id: ObjectId) -> ObjectId:
    otp = _otp(otp_id)
    email, purpose = otp["email"], otp["purpose"]
    otps.repeat(email)
    moment = now()
    if otps.requested(email, moment - timedelta(seconds=codes.RESEND_SECONDS), purpose):
        raise OtpTooSoon
    if otps.requested(email, moment - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise OtpTooSoon(f"This address was sent {MOST_AN_HOUR} codes within an hour. Try again later.")
    made = codes.queue(email, purpose, otp["channel"], otp.get("user"))
    users.sent_again(email, otp_id, made)
    audit_log.record("code.send_again", Subject(otps.name, made, email), {}, {"purpose": purpose})
    return made


def _otp(otp_id: ObjectId) -> Otp:
    otp = otps.get({"_id": otp_id})
    if otp is None:
        raise DeliveryNotFound
    return otp
