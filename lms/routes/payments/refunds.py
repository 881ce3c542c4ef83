"""/payments/refund: staff giving money back."""

from typing import Any

from lms.controllers.payments import refunds
from lms.errors import CourseTwice, LineNotInOrder, NotPaid, OrderNotFound, RefundTooLarge
from lms.http.api import Api
from lms.middlewares.auth import admin
from lms.schemas.payments.orders import RefundIn, RefundOut

api = Api("refunds", "/payments", tag="payments")


@api.post(
    "/refund",
    allow=admin,
    returns=RefundOut,
    status=202,
    message="The refund is on its way.",
    refusals=(OrderNotFound, NotPaid, LineNotInOrder, CourseTwice, RefundTooLarge),
)
def start(body: RefundIn) -> Any:
    """Give back a paid order's money, lines of it or an amount; what goes back whole ends its enrolments."""
    return refunds.start(body)
