"""Giving money back, and finding what was given back at the gateway."""

from bson import ObjectId

from lms.controllers.payments import gateway_refunds
from lms.controllers.payments import refunds as controller
from lms.machinery.registry import job
from lms.models.payments.refunds import refunds


@job(queue="default", about=refunds)
def send(refund_id: ObjectId) -> None:
    """Ask the gateway for a refund, or how it stands."""
    controller.send(refund_id)


@job(queue="default", every="*/10 * * * *")
def find_at_gateway() -> None:
    """Book what was given back at the gateway in the last days without being asked for here."""
    gateway_refunds.find()
