"""Delivery of one-time codes."""

from bson import ObjectId

from lms.controllers.accounts import otps as controller
from lms.machinery.registry import job
from lms.models.accounts.otps import otps


@job(queue="mail", about=otps)
def deliver(otp_id: ObjectId) -> None:
    """Mint the code that somebody asked for, and mail it."""
    controller.deliver(otp_id)
