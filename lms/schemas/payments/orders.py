"""Buying courses."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from lms.models.payments.invoices import InvoiceKind
from lms.models.payments.orders import OrderState
from lms.models.payments.refunds import RefundState
from lms.schemas.fields import BlankIsNone, Filled, Id, In, Moment, Out, OutId, Pasted, Query, Said, Text, Whole
from lms.schemas.payments.billing import BillingIn, BillingOut

GatewayId = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_]+$"), Pasted]
CouponCode = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Signature = Annotated[str, Field(max_length=512)]


class CartIn(In):
    courses: Annotated[list[Id], Field(min_length=1, max_length=50), Said({"uniqueItems": True})]
    coupon: Annotated[CouponCode | None, BlankIsNone, Pasted] = None
    billing: BillingIn | None = None


class PaymentIn(In):
    """What the gateway's checkout hands the browser, under its own names."""

    model_config = ConfigDict(alias_generator=None)

    razorpay_order_id: GatewayId
    razorpay_payment_id: GatewayId
    razorpay_signature: Signature
    courses: Any = Field(None, description="Never read: the courses are those of the order.")


class ReceiptIn(In):
    order_id: Annotated[GatewayId, Field(description="The order's `orderId` or `id`.")]


class BoughtOut(Out):
    """In paise: `price` is the catalogue's at that moment, `amount` what is asked for after the coupon."""

    id: OutId
    title: str
    price: int
    amount: int


class CapturedOrderOut(Out):
    """`orderId` and `key` are for the gateway's checkout; `orderId` is null where there was nothing to pay."""

    id: OutId
    orderId: str | None
    amount: int
    currency: str
    key: str
    state: OrderState
    courses: list[BoughtOut]


class LineOut(BoughtOut):
    """`outcome` is what became of it, null until the order is paid; `why` says it of what is not `enrolled`."""

    outcome: Literal["enrolled", "returned", "ended"] | None
    why: str | None


class VerifiedOut(Out):
    """`courses` are those that the order opened, `lines` all that was ordered."""

    state: OrderState
    courses: list[OutId]
    lines: list[LineOut]


class InvoiceOut(Out):
    id: OutId
    number: str
    kind: InvoiceKind
    amount: int
    issuedAt: Moment


class InvoiceNumberQuery(Query):
    number: Annotated[str, Field(min_length=1, max_length=40)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class VerifiedInvoiceOut(Out):
    """`amount` is in paise."""

    number: str
    kind: InvoiceKind
    amount: int
    issuedAt: Moment


class OrderOut(Out):
    """`amount` and `refunded` are in paise."""

    id: OutId
    orderId: str | None
    state: OrderState
    amount: int
    refunded: int
    currency: str
    coupon: str | None
    billing: BillingOut | None
    courses: list[LineOut]
    createdAt: Moment
    paidAt: Moment | None
    invoices: list[InvoiceOut]


class RefundIn(In):
    """`lines` are courses of the order, whose lines go back as far as they are left; their enrolments end.

    `amount`, in paise, goes back without ending anything; left out both, all that has not gone back yet goes back.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"properties": {name: {"type": "null"}}} for name in ("amount", "lines")]}
    )

    order_id: Annotated[GatewayId, Field(description="The order's `orderId` or `id`.")]
    reason: Filled[Annotated[Text, Field(max_length=500)]]
    amount: Annotated[int, Field(ge=1, le=10**12, strict=True), Whole] | None = None
    lines: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "RefundIn":
        if self.amount is not None and self.lines is not None:
            raise ValueError("Name lines or say an amount, not both.")
        return self


class RefundOut(Out):
    """`amount` is in paise."""

    id: OutId
    amount: int
    state: RefundState
