"""Disputes that buyers' banks raise, as the gateway tells them; a lost one is booked and ends the courses."""

import time
from datetime import UTC, datetime
from typing import Any, cast

import structlog
from pydantic import ValidationError
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import refunds, settlement
from lms.models.base import now
from lms.models.payments.disputes import DISPUTE_STATES, OVER, Dispute, DisputeState, disputes
from lms.models.payments.ledger import Booked, ledger, shares
from lms.models.payments.orders import PAID, Order, orders
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayDispute, GatewayRefused

log = structlog.get_logger("payments")

EVENTS: dict[str, DisputeState] = {
    f"payment.dispute.{'created' if state == 'open' else state}": state for state in DISPUTE_STATES
}
"""The events there are, and how each says that the dispute stands."""


def told(event: str, entity: dict[str, Any]) -> str:
    """Take in an event about a dispute; what came of it."""
    dispute = _asked(event, entity)
    if dispute is None or dispute.status not in DISPUTE_STATES:
        return "not a dispute as documented"
    order = _order_of(dispute.payment_id)
    if order is None:
        log.error("dispute_without_order", dispute=dispute.id, payment=dispute.payment_id)
        return "of a payment without an order"
    try:
        return _take_in(order["_id"], dispute)
    except DuplicateKeyError:
        return _take_in(order["_id"], dispute)


def _asked(event: str, entity: dict[str, Any]) -> GatewayDispute | None:
    """The dispute as the gateway tells it; as the signed event does where the gateway does not tell of disputes."""
    try:
        return razorpay.dispute(str(entity.get("id")))
    except GatewayRefused:
        pass
    try:
        given = {"currency": "INR", "created_at": int(time.time()), **entity, "status": EVENTS.get(event)}
        return GatewayDispute.model_validate(given)
    except ValidationError:
        return None


def _order_of(payment_id: str) -> Order | None:
    """The order that a payment is booked for, after settling it where nobody has told of it yet."""
    captured = ledger.get({"_id": f"{payment_id}:capture"}, {"order": 1})
    if captured is not None:
        return orders.get({"_id": captured["order"]})
    payment = razorpay.payment(payment_id)
    order = orders.get({"razorpayOrderId": payment.order_id}) if payment and payment.order_id else None
    if order is None or payment is None:
        return None
    settlement.settle(order["_id"], payment.id)
    return orders.get({"_id": order["_id"]}) if ledger.has("capture", payment_id) else None


@transactional
def _take_in(order_id: Any, told: GatewayDispute) -> str:
    """Write down how it stands: one that is over does not open again, and one that is lost stays lost."""
    state, known = cast(DisputeState, told.status), disputes.get({"_id": told.id})
    if known and (known["state"] == "lost" or (known["state"] in OVER and state not in OVER)):
        return known["state"]
    if known is None:
        disputes.insert(_new(order_id, told, state))
        log.warning("dispute_opened", dispute=told.id, order=str(order_id), amount=told.amount)
    disputes.update({"_id": told.id}, {"$set": {"state": state, "phase": told.phase, "changedAt": now()}})
    order = orders.get({"_id": order_id})
    if state == "lost" and order is not None:
        _lose(order, told)
    return state


def _new(order_id: Any, told: GatewayDispute, state: DisputeState) -> Dispute:
    return {
        "_id": told.id,
        "order": order_id,
        "payment": told.payment_id,
        "amount": told.amount,
        "state": state,
        "phase": told.phase,
        "reason": told.reason_description or told.reason_code or "",
        "answerBy": _moment(told.respond_by) if told.respond_by else None,
        "openedAt": _moment(told.created_at),
        "changedAt": now(),
    }


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _lose(order: Order, told: GatewayDispute) -> None:
    """Book what the bank took off what the order still had, and end its enrolments; part of a transaction."""
    deducted = told.amount_deducted or told.amount
    own = order.get("razorpayPaymentId") == told.payment_id and "paidAt" in order
    taken = min(deducted, order["amount"] - order["refunded"]) if own else 0
    if taken and orders.reserve_refund(order["_id"], taken) is None:
        taken = 0
    left = refunds.left_of_lines(order)
    parts = shares(taken, [left[line["course"]] for line in order["lines"]]) if taken else []
    booked: Booked = {
        "order": order["_id"],
        "user": order["user"],
        "payment": told.payment_id,
        "currency": order["currency"],
        "lines": [
            {"course": line["course"], "instructor": line["instructor"], "amount": -part}
            for line, part in zip(order["lines"], parts, strict=False)
            if part
        ],
    }
    ledger.add("dispute", told.id, -deducted, booked)
    disputes.update({"_id": told.id}, {"$set": {"deducted": deducted, "taken": taken}})
    if own:
        state = "refunded" if order["refunded"] + taken >= order["amount"] else "partly_refunded"
        orders.update({"_id": order["_id"], "state": {"$in": PAID}}, {"$set": {"state": state}})
        refunds.end_enrolments(order, order["lines"])
    log.error("dispute_lost", dispute=told.id, order=str(order["_id"]), deducted=deducted)
