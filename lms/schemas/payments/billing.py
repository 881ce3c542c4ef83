"""Whom an invoice is made out to, when it is not just the account."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from lms.models.payments.orders import Billing
from lms.schemas.fields import BlankIsNone, In, Line, Out, Pasted, Text
from lms.services.payments import gst

MOST_LINES = 6


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _few_lines(value: str) -> str:
    if value.count("\n") >= MOST_LINES:
        raise ValueError(f"An address has at most {MOST_LINES} lines.")
    return value


def _of_the_gstin(value: str, info: ValidationInfo) -> str:
    number = info.data.get("gstin")
    if number and number[:2] != value:
        raise ValueError(f"The GSTIN is of {gst.shown(number[:2])}, not of {gst.shown(value)}.")
    return value


Gstin = Annotated[
    str,
    Field(
        description="Checked, not looked up.",
        examples=["29AAGCB7383J1Z4"],
        json_schema_extra={"pattern": f"^{gst.GSTIN.pattern}$"},
    ),
    AfterValidator(gst.gstin),
]
State = Annotated[
    str,
    Field(
        max_length=60,
        description="The two digits of its GST code, or its name; 96 outside India.",
        examples=["29"],
        json_schema_extra={"enum": [*gst.PLACES, *gst.PLACES.values()]},
    ),
    AfterValidator(gst.state),
    AfterValidator(_of_the_gstin),
]


class BillingIn(In):
    """Whom the invoice is made out to; left out, it says the account's name and e-mail address.

    The state is that of the GSTIN where there is one. It decides on the place of supply and so on the kind of tax.
    """

    gstin: Annotated[Gstin | None, BlankIsNone, BeforeValidator(_upper), Pasted] = None
    name: Annotated[Annotated[Line, Field(max_length=120)] | None, BlankIsNone] = None
    address: Annotated[Annotated[Text, Field(max_length=300), AfterValidator(_few_lines)] | None, BlankIsNone] = None
    state: Annotated[State | None, BlankIsNone] = None

    def said(self) -> Billing | None:
        """What an order keeps of it; none where nothing was said."""
        billing: Billing = {
            "gstin": self.gstin,
            "name": self.name or None,
            "address": self.address or None,
            "state": self.state or (self.gstin[:2] if self.gstin else None),
        }
        return billing if any(billing.values()) else None


class BillingOut(Out):
    """`state` is the code of a state; null is what was not said."""

    gstin: str | None
    name: str | None
    address: str | None
    state: str | None
