"""/payments: buying courses."""

from typing import Any

from lms.controllers.payments import orders
from lms.errors import (
    AlreadyBought,
    AlreadyEnrolled,
    BadSignature,
    CourseNotFound,
    CourseTwice,
    GatewayUnavailable,
    IdempotencyConflict,
    InvalidCoupon,
    NotPaid,
    OrderExpired,
    OrderNotFound,
    OwnCourse,
    PaymentFailed,
)
from lms.http.api import Api
from lms.http.arguments import IdempotencyKey
from lms.middlewares.auth import student, user
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.fields import PageQuery
from lms.schemas.payments.billing import BillingOut
from lms.schemas.payments.orders import CapturedOrderOut, CartIn, OrderOut, PaymentIn, ReceiptIn, VerifiedOut

api = Api("orders", "/payments", tag="payments")


@api.post(
    "/capturePayment",
    allow=student,
    returns=CapturedOrderOut,
    status=201,
    message="Hand the order to the gateway's checkout.",
    refusals=(
        CourseNotFound,
        CourseTwice,
        OwnCourse,
        AlreadyBought,
        AlreadyEnrolled,
        InvalidCoupon,
        IdempotencyConflict,
        OrderExpired,
        GatewayUnavailable,
    ),
    limits=(per_caller("60 per hour", "orders"),),
)
def capture(caller: Caller, body: CartIn, key: IdempotencyKey) -> Any:
    """Order courses at their present prices (header `Idempotency-Key`: two clicks with the same are one order)."""
    return orders.capture(caller, body, key.value)


@api.post(
    "/verifySignature",
    allow=user,
    returns=VerifiedOut,
    also_status=(202,),
    message="The payment is verified.",
    refusals=(OrderNotFound, BadSignature, PaymentFailed, GatewayUnavailable),
    limits=(per_caller("120 per hour", "verifications"),),
)
def verify(caller: Caller, body: PaymentIn) -> Any:
    """Enrol for a payment, and say what became of every line; 202 while it is not captured, or staff look at it."""
    return orders.verify(caller, body)


@api.post(
    "/sendPaymentSuccessEmail",
    allow=user,
    status=202,
    message="The receipt is mailed once, when the order is paid.",
    refusals=(OrderNotFound, NotPaid),
)
def request_receipt(caller: Caller, body: ReceiptIn) -> None:
    """Ask for the receipt of a paid order; it is mailed once, however often asked for."""
    orders.request_receipt(caller, body.order_id)


@api.get("/billing", allow=user, returns=BillingOut)
def billing(caller: Caller) -> Any:
    """What the caller said last of whom an invoice is made out to, for the form of their next order."""
    return orders.billing(caller)


@api.get("/orders", allow=user, returns=list[OrderOut])
def history(caller: Caller, query: PageQuery) -> Any:
    """What the caller has bought, the newest first, with the invoices and what became of every line."""
    return orders.history(caller, query)
