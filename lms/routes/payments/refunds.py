"""/payments/refund: staff giving money back."""

from typing import Any

from lms.controllers.payments import refunds
from lms.errors import NotPaid, OrderNotFound, RefundTooLarge
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
    refusals=(OrderNotFound, NotPaid, RefundTooLarge),
)
def start(body: RefundIn) -> Any:
    """Give back a paid order's money, or some of it; all of it ends the enrolment."""
    return refunds.start(body)
