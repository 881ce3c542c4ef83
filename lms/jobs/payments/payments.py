"""What the gateway told by webhook, and what has to be asked because it told nothing."""

import json
import time
from typing import Any

import structlog

from lms.jobs.payments import gateway_refunds
from lms.jobs.payments import refunds as refund_jobs
from lms.jobs.payments.coupons import let_go
from lms.jobs.payments.settlement import settle
from lms.models.base import now, transactional
from lms.models.payments.orders import LIFETIME, Order, orders
from lms.models.payments.payment_events import payment_events
from lms.models.payments.refunds import refunds
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused, Payment

log = structlog.get_logger("payments")

ROUND_SECONDS = 20
"""A round ends within the time a job may take; the next one goes on."""


def handle_event(event_id: str) -> None:
    """Act on one event of the gateway's; it says only where to look, the gateway is asked for the facts."""
    event = payment_events.get({"_id": event_id, "handledAt": None})
    if event is not None:
        payment_events.finish(event_id, _act_on(json.loads(event["body"])))


def _act_on(payload: dict[str, Any]) -> str:
    name = str(payload.get("event"))
    if name in ("payment.captured", "order.paid"):
        return _captured(_entity(payload, "payment"))
    if name.startswith("refund."):
        return _refund_moved(_entity(payload, "refund"))
    return "nothing to do"


def _entity(payload: dict[str, Any], kind: str) -> dict[str, Any]:
    """What the event is about; nothing where it is not told as documented."""
    found: Any = payload
    for name in ("payload", kind, "entity"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _captured(payment: dict[str, Any]) -> str:
    order = orders.get({"razorpayOrderId": str(payment.get("order_id"))}, {"_id": 1})
    if order is None:
        return "not an order of ours"
    return settle(order["_id"], str(payment.get("id")))["state"]


def _refund_moved(told: dict[str, Any]) -> str:
    refund = refunds.get({"razorpayRefundId": str(told.get("id"))})
    if refund is not None:
        refund_jobs.send(str(refund["_id"]))
        return "asked"
    if refunds.known([], [str(told.get("receipt"))]):
        return "a refund of ours whose answer is still on its way"
    return "booked" if gateway_refunds.look_at(str(told.get("payment_id"))) else "nothing to book"


def reconcile() -> None:
    """Ask about every unpaid order and pending refund that is due; what is asked about is leased to the asker."""
    deadline = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < deadline and (order := orders.claim_due()):
        _check(order)
        orders.plan_check(order)
    while time.monotonic() < deadline and (refund := refunds.claim_due()):
        refund_jobs.send(str(refund["_id"]))


def _check(order: Order) -> None:
    if order["state"] == "draft":
        _find_by_receipt(order)
        return
    for payment in _attempts(order):
        if payment.captured:
            settle(order["_id"], payment.id)
    if order["createdAt"] + LIFETIME <= now():
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
    found = razorpay.order_by_receipt(str(order["_id"]))
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
