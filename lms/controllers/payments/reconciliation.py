"""Asking the gateway about what it told nothing of: unpaid orders, drafts left behind, refunds on their way."""

import time

import structlog

from lms.controllers.payments import authorized
from lms.controllers.payments.coupons import let_go
from lms.controllers.payments.fitting import lifetime
from lms.controllers.payments.refunds import send
from lms.controllers.payments.settlement import settle
from lms.errors import GatewayUnavailable
from lms.models.base import now
from lms.models.payments.orders import UNPAID, Order, orders
from lms.models.payments.refunds import refunds
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused, Payment

log = structlog.get_logger("payments")

ROUND_SECONDS = 20
"""A round ends within the time a job may take; the next one goes on."""


def reconcile() -> None:
    """Ask about every unpaid order and pending refund that is due; what is asked about is leased to the asker."""
    deadline = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < deadline and (order := orders.claim_due()):
        _check(order)
        orders.plan_check(order)
    while time.monotonic() < deadline and (refund := refunds.claim_due()):
        send(refund["_id"])


def _check(order: Order) -> None:
    if order["state"] == "draft":
        _find_by_receipt(order)
        return
    for payment in _attempts(order):
        if payment.captured or (payment.status == "authorized" and authorized.wished()):
            settle(order["_id"], payment.id)
        elif payment.status == "authorized" and order["state"] in UNPAID:
            authorized.tell(order, payment)
    if order["createdAt"] + lifetime() <= now():
        _expire(order)


def _attempts(order: Order) -> list[Payment]:
    """What the gateway knows of an order; nothing of one that was made with other keys than those of now."""
    try:
        return razorpay.payments_of(order["razorpayOrderId"])
    except GatewayRefused as error:
        log.error("order_not_at_the_gateway", order=str(order["_id"]), reason=str(error)[:300])
        return []


def _find_by_receipt(order: Order) -> None:
    """A draft that was left behind: the gateway may know its order, else it comes to nothing."""
    if not orders.claim_placing(order["_id"]):
        return
    try:
        found = razorpay.order_by_receipt(str(order["_id"]))
    except GatewayUnavailable:
        orders.release_placing(order["_id"])
        raise
    if found is not None:
        orders.create(order["_id"], found.id)
    else:
        abandon(order)


@transactional
def abandon(order: Order) -> None:
    """Drop a draft that the gateway does not know, with the use of its coupon."""
    if orders.get({"_id": order["_id"], "state": "draft"}, {"_id": 1}):
        let_go(order)
        orders.delete({"_id": order["_id"], "state": "draft"})


@transactional
def _expire(order: Order) -> None:
    if orders.expire(order["_id"]):
        let_go(order)
