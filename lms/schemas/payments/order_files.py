"""What staff decide on orders and coupons, as their forms send it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from bson import ObjectId
from pydantic import AfterValidator, Field, model_validator

from lms.schemas.fields import Filled, Id, In, Text, stored_moment
from lms.schemas.payments.orders import GatewayId, RefundIn

BuyersReason = Filled[Annotated[Text, Field(max_length=500)]]


class StaffRefundIn(In):
    """`lines` are the courses that were ticked, `amount` is in rupees; neither for all that is left.

    `seen` is in paise what had gone back on the page.
    """

    reason: BuyersReason
    amount: Decimal | None = Field(None, gt=0, le=10_000_000, decimal_places=2)
    lines: list[Id] | None = None
    seen: int

    def asked_for(self, order_id: ObjectId) -> RefundIn:
        paise = None if self.amount is None else int(self.amount * 100)
        named = [str(each) for each in self.lines] if self.lines else None
        asked = {"orderId": str(order_id), "reason": self.reason, "amount": paise, "lines": named}
        return RefundIn.model_validate(asked)

    @model_validator(mode="after")
    def _one_of_both(self) -> "StaffRefundIn":
        if self.amount is not None and self.lines:
            raise ValueError("Tick lines or type an amount, not both.")
        return self


class AcceptedIn(In):
    payment: GatewayId


class DeclinedIn(AcceptedIn):
    reason: BuyersReason


class EndedCouponIn(In):
    """`seen` is until when the coupon held on the page; left out for one without an end."""

    seen: Annotated[datetime, AfterValidator(stored_moment)] | None = None
