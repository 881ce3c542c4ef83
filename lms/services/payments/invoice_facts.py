"""What an invoice or a credit note says, and its arithmetic; without what it takes to draw one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Literal
from zoneinfo import ZoneInfo

from lms.services.payments import gst
from lms.services.payments.tax_split import Tax, tax_of


@dataclass(frozen=True)
class Party:
    """A seller or a buyer; `state` is a GST code."""

    name: str
    address: tuple[str, ...] = ()
    gstin: str = ""
    email: str = ""
    state: str = ""


@dataclass(frozen=True)
class Line:
    """What was bought and its price in paise with tax; where the tax is told apart, the discount and what was paid."""

    description: str
    quantity: int
    amount: int
    discount: int = 0
    tax: Tax | None = None


@dataclass(frozen=True)
class Supply:
    """What is taxed where: the code of the state of supply, and the services accounting code (SAC)."""

    place: str
    sac: str


@dataclass(frozen=True)
class Invoice:
    """The facts of an invoice or a credit note; amounts are in paise and include tax.

    With a `supply` it says all that the CGST Rules, 2017, ask for (rule 46, for credit notes rule 53(1A)), and every
    line has its tax; without, tax is one sum. `credited_before` is what earlier credit notes of the same invoice gave
    back, for those without.
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
    original_date: datetime | None = None
    supply: Supply | None = None
    discount: int = 0
    credited_before: int = 0
    coupon: str = ""
    currency: str = "INR"
    timezone: str = "Asia/Kolkata"

    def __post_init__(self) -> None:
        if sum(line.amount for line in self.lines) - self.discount != self.total:
            raise ValueError(f"The lines of {self.number} do not add up to its total.")
        if self.supply and any(not line.tax or line.tax.amount != line.amount - line.discount for line in self.lines):
            raise ValueError(f"The tax of a line of {self.number} does not add up to what was paid.")

    @property
    def moment(self) -> datetime:
        """When it was issued, on the clock of its time zone."""
        return self.local(self.issued_at)

    def local(self, moment: datetime) -> datetime:
        """A moment on the clock of its time zone; the database's times are UTC without saying so."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZoneInfo(self.timezone))

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
    def due(self) -> list[tuple[str, Decimal, int]]:
        """The taxes by name, with their rate in percent and their sum over all lines, where they are told apart."""
        if self.supply is None:
            return []
        total = reduce(add, (line.tax for line in self.lines if line.tax), Tax(0))
        if not gst.within_a_state(self.seller.gstin[:2], self.supply.place):
            return [("IGST", self.gst_rate, total.igst)]
        local = "UTGST" if self.supply.place in gst.UNION_TERRITORIES else "SGST"
        return [("CGST", self.gst_rate / 2, total.cgst), (local, self.gst_rate / 2, total.sgst)]

    @property
    def title(self) -> str:
        """What it is called."""
        if self.kind == "credit_note":
            return "Credit note"
        return "Tax invoice" if self.taxed else "Invoice"
