"""Orders as staff look for them and at them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.payments import outcomes
from lms.controllers.payments import refunds as refunds_controller
from lms.errors import OrderNotFound
from lms.models.accounts.users import User, users
from lms.models.base import Filter
from lms.models.payments.disputes import Dispute, disputes
from lms.models.payments.invoices import Invoice, invoices
from lms.models.payments.ledger import LedgerRow, ledger
from lms.models.payments.orders import Order, orders
from lms.models.payments.refunds import Refund, refunds
from lms.models.system.audit_log import AuditEntry, audit_log

MOST_ORDERS = 1000
LISTED = {"number": 1, "kind": 1, "amount": 1, "issuedAt": 1, "facts.supply": 1}
"""What is shown of an order's invoices."""
NONE: Filter = {"_id": None}


@dataclass(frozen=True)
class Step:
    """Something that happened to an order, and who did it where that was staff."""

    at: datetime
    what: str
    by: str = ""


@dataclass(frozen=True)
class OrderFile:
    """An order with everything that is known of it, each in the order it happened."""

    order: Order
    buyer: User | None
    movements: list[LedgerRow]
    refunds: list[Refund]
    invoices: list[Invoice]
    history: list[Step]
    left: Counter[ObjectId]
    """What can still go back for each course, in paise."""
    became: list[outcomes.Outcome]
    """What became of each line."""
    disputes: list[Dispute]


def matching(text: str) -> Filter:
    """The orders with this id of ours or the gateway's, invoice number, coupon, or address or id of their buyer."""
    if ObjectId.is_valid(text):
        return {"$or": [{"_id": ObjectId(text)}, {"user": ObjectId(text)}]}
    if "@" in text:
        buyer = users.by_email(text.lower())
        return {"user": buyer["_id"]} if buyer else NONE
    if "/" in text:
        return _order_of(invoices.get({"number": text.upper()}, {"order": 1}))
    if text.startswith("rfnd_"):
        return _order_of(refunds.get({"razorpayRefundId": text}, {"order": 1}))
    if text.startswith("pay_"):
        booked = ledger.get({"_id": f"{text}:capture"}, {"order": 1})
        return _order_of(booked) if booked else {"razorpayPaymentId": text}
    return {"razorpayOrderId": text} if text.startswith("order_") else {"coupon": text.upper()}


def _order_of(found: Any) -> Filter:
    return {"_id": found["order"]} if found else NONE


def of_matching(text: str) -> Filter:
    """What belongs to the orders that match, in collections that name their order."""
    return {"order": {"$in": [each["_id"] for each in orders.find(matching(text), {"_id": 1}, limit=MOST_ORDERS)]}}


def file_of(order_id: ObjectId) -> OrderFile:
    """Everything about one order."""
    order = orders.get({"_id": order_id})
    if order is None:
        raise OrderNotFound
    given_back = refunds.find({"order": order_id}, sort=[("createdAt", 1)])
    return OrderFile(
        order,
        users.raw.find_one({"_id": order["user"]}),
        ledger.find({"order": order_id}, sort=[("at", 1)]),
        given_back,
        invoices.find({"order": order_id}, LISTED, sort=[("issuedAt", 1)]),
        _history(order, given_back, audit_log.history(orders.name, order_id)),
        refunds_controller.left_of_lines(order),
        outcomes.of(order),
        disputes.find({"order": order_id}, sort=[("openedAt", 1)]),
    )


def _history(order: Order, given_back: list[Refund], decisions: list[AuditEntry]) -> list[Step]:
    steps = [Step(order["createdAt"], "Ordered")]
    if "heldFrom" in order:
        steps.append(Step(order["heldFrom"], f"Put in review. {order.get('heldReason', '')}"))
    if "paidAt" in order:
        steps.append(Step(order["paidAt"], "Paid"))
    steps += [Step(row["at"], SAID.get(row["action"], row["action"]), row["actorName"]) for row in decisions]
    steps += [Step(each["processedAt"], "Paid out a refund") for each in given_back if "processedAt" in each]
    return sorted(steps, key=lambda step: step.at)


SAID = {
    "order.accept": "Accepted the payment",
    "order.decline": "Declined the payment",
    "order.assign": "Assigned a payment that had no order",
    "order.refund": "Asked for a refund",
}
