"""Buying courses: the order, the proof of its payment, and what was bought."""

import time
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import carts, fitting, outcomes, settlement
from lms.controllers.payments.coupons import hold
from lms.controllers.payments.reconciliation import abandon
from lms.errors import (
    AlreadyEnrolled,
    BadSignature,
    GatewayUnavailable,
    IdempotencyConflict,
    InvalidCoupon,
    NotPaid,
    OrderExpired,
    OrderNotFound,
    PaymentFailed,
    Refusal,
)
from lms.models.accounts.sessions import Caller
from lms.models.base import Page, now
from lms.models.payments.coupons import Coupon
from lms.models.payments.orders import PAID, UNPAID, Billing, Cart, Line, Order, named, orders, was_paid
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.fields import PageQuery
from lms.schemas.payments.orders import CartIn, PaymentIn
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused

PATIENCE_SECONDS, LOOK_SECONDS = 3.0, 0.05
"""How long a click waits for another that is placing the same order, and how often it looks."""

LOOKED_AT = "The payment does not fit the order and is being looked at. You are enrolled once it is accepted."
AUTHORIZED = (
    "Your bank has authorised the payment, but it is not captured yet. You are enrolled once it is; "
    "if it is not, your bank releases the money."
)
NOT_ARRIVED = "The payment has not arrived yet. You are enrolled once it has arrived."


def capture(caller: Caller, form: CartIn, idempotency_key: str | None) -> Result:
    """An order at the gateway for these courses at their present prices; the same key gives the same order."""
    order = _known(caller, form, idempotency_key)
    is_new = order is None
    if order is None:
        order, is_new = _draft(caller, form, idempotency_key)
    if order["state"] == "draft":
        order = _placed(order, is_new)
    return Result(_shown(order), message=outcomes.said(order, outcomes.of(order)) if order["state"] in PAID else None)


def _known(caller: Caller, form: CartIn, idempotency_key: str | None) -> Order | None:
    """The order that was made with this key; another cart under it is refused."""
    if idempotency_key is None:
        return None
    order = orders.get({"user": caller.id, "idempotencyKey": idempotency_key})
    if order is not None and not _is_for(order, form):
        raise IdempotencyConflict
    if order is not None and order["state"] in ("draft", *UNPAID) and fitting.faded(order, now()):
        raise OrderExpired
    return order


def _is_for(order: Order, form: CartIn) -> bool:
    code = form.coupon.upper() if form.coupon else None
    same_cart = sorted(line["course"] for line in order["lines"]) == sorted(form.courses) and order["coupon"] == code
    return same_cart and order.get("billing") == _billing(form)


def _billing(form: CartIn) -> Billing | None:
    return form.billing.said() if form.billing else None


def _draft(caller: Caller, form: CartIn, idempotency_key: str | None) -> tuple[Order, bool]:
    """An order, and whether it is new: another click may have made it meanwhile, used the coupon up, or enrolled."""
    try:
        cart, coupon = carts.price(caller, form.courses, form.coupon)
        if billing := _billing(form):
            cart["billing"] = billing
        return _write_draft(caller.id, cart, coupon, idempotency_key), True
    except (DuplicateKeyError, Refusal):
        order = _known(caller, form, idempotency_key)
        if order is None:
            raise
        return order, False


@transactional
def _write_draft(user_id: ObjectId, cart: Cart, coupon: Coupon | None, idempotency_key: str | None) -> Order:
    order = orders.draft(user_id, cart, idempotency_key)
    if coupon is not None and not hold(order["_id"], user_id, coupon["_id"]):
        raise InvalidCoupon("The coupon has been used up.")
    return order


def _placed(order: Order, is_new: bool) -> Order:
    """The draft brought to the gateway, or straight to its courses when it costs nothing.

    A draft is placed by one at a time, and kept where the gateway's answer is lost: it may have made the order.
    """
    if order["amount"] == 0:
        return _given(order)
    if is_new or _taken(order["_id"]):
        _place(order, is_new)
    placed = orders.get({"_id": order["_id"]})
    if placed is None or placed["state"] == "draft":
        raise GatewayUnavailable(retry_after=5)
    return placed


def _taken(order_id: ObjectId) -> bool:
    """Whether it is ours to place the draft, once who is at it has had a while; false when it is placed or still is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not orders.claim_placing(order_id):
        waiting = orders.get({"_id": order_id, "state": "draft"}, {"_id": 1}) is not None
        if not waiting or time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def _place(order: Order, is_new: bool) -> None:
    try:
        orders.create(order["_id"], _gateway_order(order, is_new))
    except GatewayRefused as error:
        abandon(order)
        raise GatewayUnavailable from error
    except GatewayUnavailable:
        orders.release_placing(order["_id"])
        raise


def _given(order: Order) -> Order:
    try:
        return settlement.settle_free(order["_id"])
    except AlreadyEnrolled:
        abandon(order)
        raise


def _gateway_order(order: Order, is_new: bool) -> str:
    """The id of the gateway's order; one whose answer was lost is found by its receipt, which is our id.

    It is looked for before another is made, since most accounts take a receipt twice.
    """
    receipt = str(order["_id"])
    if not is_new and (made := _made(order)):
        return made
    try:
        return razorpay.create_order(order["amount"], order["currency"], receipt, {"order": receipt})
    except GatewayRefused:
        if made := _made(order):
            return made
        raise


def _made(order: Order) -> str | None:
    """The order that the gateway has made for ours; raises GatewayUnavailable where what it tells of is not ours."""
    found = razorpay.order_by_receipt(str(order["_id"]))
    if found is not None and (found.amount, found.currency) != (order["amount"], order["currency"]):
        raise GatewayUnavailable(retry_after=5)
    return found.id if found else None


def _shown(order: Order) -> dict[str, Any]:
    """What the frontend hands to the gateway's checkout."""
    return {
        "id": order["_id"],
        "orderId": order.get("razorpayOrderId"),
        "amount": order["amount"],
        "currency": order["currency"],
        "key": razorpay.key_id(),
        "state": order["state"],
        "courses": [_bought(line) for line in order["lines"]],
    }


def _bought(line: Line) -> dict[str, Any]:
    return {"id": line["course"], "title": line["title"], "price": line["price"], "amount": line["amount"]}


def verify(caller: Caller, form: PaymentIn) -> Result:
    """Enrol for a payment whose signature is the gateway's over the order that is stored here."""
    order = orders.get({"razorpayOrderId": form.razorpay_order_id, "user": caller.id})
    if order is None:
        raise OrderNotFound
    if not razorpay.payment_signature_holds(
        order["razorpayOrderId"], form.razorpay_payment_id, form.razorpay_signature
    ):
        raise BadSignature
    settled = settlement.settle(order["_id"], form.razorpay_payment_id)
    became = outcomes.of(settled)
    lines = [{**_bought(line), **each} for line, each in zip(settled["lines"], became, strict=True)]
    enrolled = [each["id"] for each in lines if each["outcome"] == "enrolled"]
    shown = {"state": settled["state"], "courses": enrolled, "lines": lines}
    if settled["state"] in PAID:
        return Result(shown, message=outcomes.said(settled, became))
    return Result(shown, status=202, message=_waits_for(settled, form.razorpay_payment_id))


def _waits_for(order: Order, payment_id: str) -> str:
    """What stands between an unpaid order and its courses; raises PaymentFailed where this payment never will."""
    if order["state"] == "review":
        return LOOKED_AT
    payment = razorpay.payment(payment_id)
    if payment is not None and payment.status == "failed":
        raise PaymentFailed(errors={"payment": payment.error} if payment.error else None)
    return AUTHORIZED if payment is not None and payment.status == "authorized" else NOT_ARRIVED


def request_receipt(caller: Caller, order_id: str) -> None:
    """Make sure that a paid order of the caller's has its receipt, which was promised when it was paid."""
    order = orders.get({**named(order_id), "user": caller.id})
    if order is None:
        raise OrderNotFound
    if not was_paid(order):
        raise NotPaid


def history(caller: Caller, query: PageQuery) -> Page[dict[str, Any]]:
    """What the caller has bought, with what became of every line."""
    page = orders.page_of_user(caller.id, query.page, query.limit)
    became = outcomes.of_each(orders.find({"_id": {"$in": [order["id"] for order in page.items]}}))
    for order in page.items:
        pairs = zip(order["courses"], became[order["id"]], strict=True)
        order["courses"] = [{**line, **each} for line, each in pairs]
    return page


def billing(caller: Caller) -> Billing:
    """What the caller said last of whom their invoices are made out to."""
    return orders.last_billing(caller.id) or {"gstin": None, "name": None, "address": None, "state": None}
