"""Delivery of one-time codes."""

from bson import ObjectId

from lms.controllers.accounts import otps as controller


def deliver(otp_id: str) -> None:
    """Mint the code that somebody asked for, and mail it."""
    controller.deliver(ObjectId(otp_id))
