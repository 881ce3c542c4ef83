"""Giving money back."""

from bson import ObjectId

from lms.controllers.payments import gateway_refunds
from lms.controllers.payments import refunds as controller


def send(refund_id: str) -> None:
    """Ask the gateway for a refund, or how it stands."""
    controller.send(ObjectId(refund_id))


def find() -> None:
    """Book what was given back at the gateway in the last days without being asked for here."""
    gateway_refunds.find()
