"""What an invoice or a credit note says, and its arithmetic; without what it takes to draw one."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Party:
    """A seller or a buyer."""

    name: str
    address: tuple[str, ...] = ()
    gstin: str = ""
    email: str = ""


@dataclass(frozen=True)
class Line:
    """What was bought, and what was paid for it in paise with tax."""

    description: str
    quantity: int
    amount: int


@dataclass(frozen=True)
class Invoice:
    """The facts of an invoice or a credit note; amounts are in paise and include tax.

    `credited_before` is what earlier credit notes of the same invoice gave back.
    """

    kind: Literal["invoice", "credit_note"]
    number: str
    issued_at: datetime
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    total: int
    gst_rate: Decimal
    order_id: str
    payment_id: str
    verify_url: str
    original_number: str = ""
    discount: int = 0
    credited_before: int = 0
    coupon: str = ""
    currency: str = "INR"
    timezone: str = "Asia/Kolkata"

    def __post_init__(self) -> None:
        if sum(line.amount for line in self.lines) - self.discount != self.total:
            raise ValueError(f"The lines of {self.number} do not add up to its total.")

    @property
    def moment(self) -> datetime:
        """When it was issued, on the clock of its time zone; the database's times are UTC without saying so."""
        known = self.issued_at if self.issued_at.tzinfo else self.issued_at.replace(tzinfo=UTC)
        return known.astimezone(ZoneInfo(self.timezone))

    @property
    def taxed(self) -> bool:
        """Whether tax may be shown: only who is registered may charge it."""
        return bool(self.seller.gstin) and self.gst_rate > 0

    @property
    def tax(self) -> tuple[int, int]:
        """What is taxable and the tax; of credit notes as much as makes all of an invoice's come to its own."""
        before = tax_of(self.credited_before, self.gst_rate)
        after = tax_of(self.credited_before + self.total, self.gst_rate)
        return after[0] - before[0], after[1] - before[1]

    @property
    def title(self) -> str:
        """What it is called."""
        if self.kind == "credit_note":
            return "Credit note"
        return "Tax invoice" if self.taxed else "Invoice"


def tax_of(total: int, rate: Decimal) -> tuple[int, int]:
    """What is taxable in a total that includes tax at `rate` percent, rounded half up, and the tax."""
    taxable = math.floor(Fraction(total * 100) / (100 + Fraction(rate)) + Fraction(1, 2))
    return taxable, total - taxable
