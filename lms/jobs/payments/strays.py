"""Giving back payments that belong to no order here."""

from lms.controllers.payments import strays
from lms.machinery.registry import job
from lms.models.payments.stray_payments import stray_payments


@job(queue="default", about=stray_payments)
def give_back(payment_id: str) -> None:
    """Give back a payment that belongs to no order here."""
    strays.send_back(payment_id)
