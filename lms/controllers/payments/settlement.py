"""The only code that turns money into enrolments; verification, webhooks and the reconciler all call `settle`."""

import structlog
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import authorized, fitting, invoices, refunds
from lms.controllers.payments.coupons import hold, let_go
from lms.errors import AlreadyEnrolled, InvalidCoupon, OrderNotInReview, OrderNotPayable, PaymentNotUsable
from lms.jobs.payments import receipts
from lms.models import actors
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import Booked, ledger, shares
from lms.models.payments.orders import PAID, UNPAID, Line, Order, OrderState, orders
from lms.models.payments.refunds import RefundCause
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import Payment

log = structlog.get_logger("settlement")


def settle(order_id: ObjectId, payment_id: str) -> Order:
    """Enrol for a payment if the gateway says it was captured as asked; the order as it is afterwards.

    Safe to call any number of times, from anywhere at once. Raises GatewayUnavailable.
    """
    order = order_of(order_id)
    if order["state"] in PAID and order.get("razorpayPaymentId") == payment_id:
        return order
    found = razorpay.payment(payment_id)
    payment = authorized.captured(order, found) if found else None
    if payment is None or not payment.captured:
        return order
    if reason := fitting.mismatch(order, payment):
        if orders.put_on_hold(order_id, reason):
            log.error("order_in_review", order=str(order_id), payment=payment.id, reason=reason)
        return order_of(order_id)
    try:
        _settle_once(order_id, payment)
    except CouponUsedUp:
        orders.put_on_hold(order_id, f"Payment {payment.id}: coupon {order['coupon']} was used for another order")
    return order_of(order_id)


class CouponUsedUp(Exception):
    """An order that was given up is paid after all, when its coupon has gone to another."""


def settle_free(order_id: ObjectId) -> Order:
    """Enrol for an order that costs nothing; raises InvalidCoupon where its coupon has gone to another meanwhile."""
    try:
        _settle(order_id, None)
    except CouponUsedUp:
        raise InvalidCoupon from None
    return order_of(order_id)


def _settle_once(order_id: ObjectId, payment: Payment) -> None:
    """One transaction; a duplicate key says that somebody else was at it, so the order is read again."""
    try:
        _settle(order_id, payment)
    except DuplicateKeyError:
        _settle(order_id, payment)


def order_of(order_id: ObjectId) -> Order:
    """An order that there is."""
    order = orders.get({"_id": order_id})
    assert order is not None, "Orders are never deleted once the gateway knows them."
    return order


@transactional
def _settle(order_id: ObjectId, payment: Payment | None) -> None:
    order = orders.pay(order_id, payment.id if payment else None)
    if order is not None:
        if order["coupon"] and not order["couponHeld"] and not hold(order_id, order["user"], order["coupon"]):
            raise CouponUsedUp
        _fulfil(order, payment)
    elif payment:
        _return_second_payment(order_of(order_id), payment)


def _fulfil(order: Order, payment: Payment | None) -> None:
    """Everything that follows from an order's becoming paid; part of that transaction."""
    if payment:
        _book(order, payment, order["lines"])
    enrolled = [_enroll(order, line) for line in order["lines"]]
    if payment is None and not any(enrolled):
        raise AlreadyEnrolled
    invoices.issue(order)
    receipts.mail_receipt.promise(order["_id"])


def _book(order: Order, payment: Payment, lines: list[Line]) -> None:
    booked: Booked = {
        "order": order["_id"],
        "user": order["user"],
        "payment": payment.id,
        "currency": payment.currency,
        "lines": [
            {"course": each["course"], "instructor": each["instructor"], "amount": each["amount"]} for each in lines
        ],
    }
    if fee := fitting.fee_on_top(order, payment):
        booked["fee"] = fee
    ledger.add("capture", payment.id, fitting.received(order, payment), booked)


def _enroll(order: Order, line: Line) -> bool:
    """Enrol for one line; where the course is held already, or is no more, its money goes back."""
    held = enrollments.held(order["user"], [line["course"]])
    if not held and courses.count_student(line["course"], 1):
        enrollments.buy(order["user"], line["course"], order["_id"], line["amount"])
        return True
    if line["amount"]:
        reason = "The course was held already." if held else "The course is no longer there."
        refunds.give_back(order, line["amount"], "already_held" if held else "withdrawn", reason, line["course"])
    return False


def _return_second_payment(order: Order, payment: Payment) -> None:
    """A second payment of one order is written down and goes back whole; one that is written down is known."""
    if order["state"] in PAID and not ledger.has("capture", payment.id):
        _return_whole(order, payment, "duplicate_payment", "The order was paid already.")


def _return_whole(order: Order, payment: Payment, cause: RefundCause, reason: str, by: ObjectId | None = None) -> None:
    received = fitting.received(order, payment)
    if received:
        _book(order, payment, [])
        refunds.give_back(order, received, cause, reason, payment=payment.id, asker={"by": by})


def accept(order_id: ObjectId, payment_id: str) -> Order:
    """Take the payment of an order in review for good, as staff decided; what was paid too much goes back."""
    payment = _captured(payment_id)
    if payment.order_id != order_of(order_id).get("razorpayOrderId"):
        raise PaymentNotUsable
    if not _take(order_id, payment, ("review",), "order.accept"):
        raise OrderNotInReview
    return order_of(order_id)


def assign(order_id: ObjectId, payment: Payment) -> None:
    """Take a captured payment for an order that it was not made for, as staff decided; part of a transaction."""
    if not _take(order_id, payment, ("draft", *UNPAID, "review"), "order.assign"):
        raise OrderNotPayable


@transactional
def _take(order_id: ObjectId, payment: Payment, states: tuple[OrderState, ...], action: str) -> bool:
    """Whether the order was in one of these states, and so is paid now."""
    order = order_of(order_id)
    if payment.currency != order["currency"]:
        raise PaymentNotUsable
    received = fitting.received(order, payment)
    if not received:
        raise PaymentNotUsable("All of this payment has gone back at the gateway. The order can only be declined.")
    amount = min(received, order["amount"])
    parts = shares(amount, [line["amount"] for line in order["lines"]])
    accepted = orders.accept(order_id, payment.id, amount, parts, states)
    if accepted is None:
        return False
    became = {"state": "paid", "amount": amount, "razorpayPaymentId": payment.id}
    audit_log.record(action, orders.subject(order), order, {**order, **became})
    _fulfil(accepted, payment)
    if surplus := received - amount:
        reason = "More was paid than was asked for."
        refunds.give_back(accepted, surplus, "overpaid", reason, payment=payment.id)
    return True


def decline(order_id: ObjectId, payment_id: str, reason: str) -> Order:
    """Give the payment of an order in review back whole, as staff decided, and tell the buyer; nobody is enrolled."""
    _decline(order_id, _captured(payment_id), reason)
    return order_of(order_id)


@transactional
def _decline(order_id: ObjectId, payment: Payment, reason: str) -> None:
    order = order_of(order_id)
    if payment.order_id != order.get("razorpayOrderId"):
        raise PaymentNotUsable
    back = min(fitting.received(order, payment), order["amount"])
    declined = orders.decline(order_id, payment.id, back)
    if declined is None:
        raise OrderNotInReview
    became = {"state": "refunded", "refunded": back, "razorpayPaymentId": payment.id}
    row = audit_log.record("order.decline", orders.subject(order), order, {**order, **became}, reason)
    let_go(declined)
    _return_whole(declined, payment, "not_accepted", reason, actors.actor().id)
    receipts.mail_declined.promise(order_id, row)


def _captured(payment_id: str) -> Payment:
    payment = razorpay.payment(payment_id)
    if payment is None or not payment.captured:
        raise PaymentNotUsable
    return payment
