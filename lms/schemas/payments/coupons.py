"""Coupons as staff make them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lms.models.base import now
from lms.schemas import text
from lms.schemas.fields import Id, stored_moment
from lms.schemas.payments.orders import CouponCode

Moment = Annotated[datetime, AfterValidator(stored_moment)]


def _trimmed(given: Any) -> Any:
    return text.without_invisible(given).strip() if isinstance(given, str) else given


def _one_by_one(given: Any) -> Any:
    """Ids that stand in one text, as they do in a form's field, count one by one."""
    if not isinstance(given, list | tuple):
        return given
    return [word for each in given for word in (each.replace(",", " ").split() if isinstance(each, str) else [each])]


class CouponIn(BaseModel):
    """`amount` is in rupees; exactly one of `percent` and `amount` is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[CouponCode, BeforeValidator(_trimmed), AfterValidator(str.upper)]
    percent: int | None = Field(None, ge=1, le=100)
    amount: Decimal | None = Field(None, gt=0, le=10_000_000, decimal_places=2)
    courses: Annotated[list[Id] | None, BeforeValidator(_one_by_one)] = None
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    most_uses: int | None = Field(None, ge=1)
    most_uses_per_user: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _one_kind(self) -> "CouponIn":
        if (self.percent is None) == (self.amount is None):
            raise ValueError("Say either a percentage or an amount.")
        return self

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> "CouponIn":
        if self.valid_until is not None and self.valid_until <= (self.valid_from or now()):
            raise ValueError("It would end before it begins.")
        return self
