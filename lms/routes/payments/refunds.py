"""/payments/refund: staff giving money back."""

from typing import Any

from lms.controllers.payments import asked_refunds
from lms.errors import (
    CourseTwice,
    IdempotencyConflict,
    LineNotInOrder,
    NotPaid,
    OrderNotFound,
    RefundLeavesTooLittle,
    RefundRepeated,
    RefundTooLarge,
    RefundTooSmall,
)
from lms.http.api import Api
from lms.http.arguments import IdempotencyKey
from lms.middlewares.auth import admin
from lms.schemas.payments.orders import RefundIn, RefundOut

api = Api("refunds", "/payments", tag="payments")


@api.post(
    "/refund",
    allow=admin,
    returns=RefundOut,
    status=202,
    message="The refund is on its way.",
    refusals=(
        OrderNotFound,
        NotPaid,
        LineNotInOrder,
        CourseTwice,
        RefundTooLarge,
        RefundTooSmall,
        RefundLeavesTooLittle,
        RefundRepeated,
        IdempotencyConflict,
    ),
)
def start(body: RefundIn, key: IdempotencyKey) -> Any:
    """Give back a paid order's money, lines of it or an amount; what goes back whole ends its enrolments.

    Two requests with the same header `Idempotency-Key` are one refund; without it, one more within a minute is refused.
    """
    return asked_refunds.start(body, idempotency_key=key.value)
