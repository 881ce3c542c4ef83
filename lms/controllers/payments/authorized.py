"""Payments that a bank has authorised and nobody has captured: captured as configured, or told to the learner."""

from datetime import timedelta

from lms.controllers.payments import fitting
from lms.extensions import current_settings
from lms.jobs.payments import receipts
from lms.models.base import now
from lms.models.payments.orders import UNPAID, Order, orders
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused, Payment

PATIENCE = timedelta(minutes=10)
"""How long the gateway may take to capture one by itself, as orders ask it to."""


def wished() -> bool:
    """Whether such payments are captured by us."""
    return current_settings().authorized_payments == "capture"


def captured(order: Order, payment: Payment) -> Payment:
    """The payment, captured now where that is wished and it pays for the order as asked; otherwise as it is."""
    if payment.status != "authorized" or not wished():
        return payment
    if order["state"] not in UNPAID or fitting.mismatch(order, payment):
        return payment
    try:
        return razorpay.capture(payment.id, payment.amount, payment.currency)
    except GatewayRefused:
        return razorpay.payment(payment.id) or payment


def tell(order: Order, payment: Payment) -> None:
    """Mail the learner, once, that a payment was authorised and is not captured, when the gateway has had its time."""
    if fitting.made_at(payment) + PATIENCE <= now():
        _tell(order, payment)


@transactional
def _tell(order: Order, payment: Payment) -> None:
    if orders.note_authorized(order["_id"], payment.id):
        receipts.mail_authorized.promise(order["_id"])
