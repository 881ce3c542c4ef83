"""Captured payments of no order known here: noted, and then assigned, given back or left to another shop by staff."""

from dataclasses import dataclass

import structlog
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import settlement
from lms.errors import GatewayUnavailable, OrderNotFound, PaymentNotUsable, StrayPaymentNotFound, StrayPaymentSettled
from lms.jobs.payments import strays as jobs
from lms.models.payments.orders import Order, named, orders
from lms.models.payments.stray_payments import StrayPayment, stray_payments
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused, Payment

log = structlog.get_logger("payments")


@dataclass(frozen=True)
class StrayFile:
    """One of them, as the gateway tells of it now, and the order here that its receipt names, if it names one."""

    stray: StrayPayment
    payment: Payment | None
    likely: Order | None


def note(payment_id: str) -> str:
    """Write a payment down whose order is unknown here, if the gateway says that it was captured; what came of it."""
    payment = razorpay.payment(payment_id)
    if payment is None or not payment.captured or payment.amount <= payment.amount_refunded:
        return "not an order of ours"
    amount = payment.amount - payment.amount_refunded
    try:
        stray_payments.note(payment.id, payment.order_id, amount, payment.currency)
    except DuplicateKeyError:
        return "without an order, noted before"
    log.error("payment_without_order", payment=payment.id, order=payment.order_id, amount=amount)
    return "without an order"


def get(payment_id: str) -> StrayPayment:
    stray = stray_payments.get({"_id": payment_id})
    if stray is None:
        raise StrayPaymentNotFound
    return stray


def file_of(payment_id: str) -> StrayFile:
    """All that is known of one; without what the gateway does not tell just now."""
    stray = get(payment_id)
    try:
        payment = razorpay.payment(payment_id)
        made = razorpay.order(stray["razorpayOrderId"]) if stray["razorpayOrderId"] else None
    except (GatewayUnavailable, GatewayRefused):
        return StrayFile(stray, None, None)
    receipt = made.receipt if made else None
    likely = orders.get({"_id": ObjectId(receipt)}) if receipt and ObjectId.is_valid(receipt) else None
    return StrayFile(stray, payment, likely)


def assign(payment_id: str, order_id: str) -> Order:
    """Take it as the payment of an unpaid or held order, named by our id or the gateway's: its buyer is enrolled."""
    order = orders.get(named(order_id), {"_id": 1})
    if order is None:
        raise OrderNotFound
    payment = razorpay.payment(get(payment_id)["_id"])
    if payment is None or not payment.captured:
        raise PaymentNotUsable
    _assign(payment, order["_id"])
    return settlement.order_of(order["_id"])


@transactional
def _assign(payment: Payment, order_id: ObjectId) -> None:
    _decide(payment.id, "assigned", {"order": order_id})
    settlement.assign(order_id, payment)


@transactional
def give_back(payment_id: str, reason: str) -> None:
    """Promise that all that is left of it goes back."""
    _decide(payment_id, "returning", {"reason": reason}, reason)
    jobs.give_back.promise(payment_id)


@transactional
def leave(payment_id: str, reason: str) -> None:
    """Say that it is another shop's, which uses the same account."""
    _decide(payment_id, "foreign", {"reason": reason}, reason)


def _decide(payment_id: str, state: str, facts: dict[str, object], reason: str | None = None) -> None:
    stray = get(payment_id)
    decided = stray_payments.decide(payment_id, state, facts)  # type: ignore[arg-type]
    if decided is None:
        raise StrayPaymentSettled
    audit_log.record("payment.decide", stray_payments.subject(stray), stray, decided, reason)


def send_back(payment_id: str) -> None:
    """Ask the gateway for its refund; its id and amount are the key, so that asking twice pays once."""
    stray = stray_payments.get({"_id": payment_id, "state": "returning"})
    if stray is None:
        return
    try:
        key = f"stray-{payment_id}-{stray['amount']}"
        made = razorpay.refund(payment_id, stray["amount"], key, {"payment": payment_id})
    except GatewayRefused as error:
        _fail(stray, str(error))
        return
    if made.status == "failed":
        _fail(stray, "The gateway could not pay it out.")
    else:
        stray_payments.went_back(payment_id)


def _fail(stray: StrayPayment, failure: str) -> None:
    payment = razorpay.payment(stray["_id"])
    left = payment.amount - payment.amount_refunded if payment else stray["amount"]
    stray_payments.could_not_go_back(stray["_id"], failure, left)
    log.error("refund_failed", payment=stray["_id"], reason=failure)


def waiting() -> int:
    return stray_payments.count({"state": "waiting"})
