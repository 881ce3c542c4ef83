"""How the tax in a price is told apart: line by line, and by who it is for, always exact to the paisa."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Tax:
    """What an amount that includes tax is made of, in paise: central and state tax, or integrated tax."""

    taxable: int
    cgst: int = 0
    sgst: int = 0
    igst: int = 0

    @property
    def tax(self) -> int:
        return self.cgst + self.sgst + self.igst

    @property
    def amount(self) -> int:
        return self.taxable + self.tax

    def __add__(self, other: "Tax") -> "Tax":
        sums = (self.taxable + other.taxable, self.cgst + other.cgst, self.sgst + other.sgst, self.igst + other.igst)
        return Tax(*sums)

    def __sub__(self, other: "Tax") -> "Tax":
        return self + Tax(-other.taxable, -other.cgst, -other.sgst, -other.igst)


def tax_of(total: int, rate: Decimal) -> tuple[int, int]:
    """What is taxable in a total that includes tax at `rate` percent, rounded half up, and the tax."""
    taxable = _half_up(Fraction(total * 100) / (100 + Fraction(rate)))
    return taxable, total - taxable


def split(amounts: Sequence[int], rate: Decimal, in_halves: bool) -> list[Tax]:
    """What each amount is made of; together they are what their sum is made of, by `tax_of`.

    In halves, central and state tax differ by a paisa at most, of each amount and of the sum.
    """
    taxable, tax = tax_of(sum(amounts), rate)
    taxables = _shared([Fraction(amount * 100) / (100 + Fraction(rate)) for amount in amounts], taxable)
    taxes = [amount - each for amount, each in zip(amounts, taxables, strict=True)]
    if not in_halves:
        return [Tax(each, igst=due) for each, due in zip(taxables, taxes, strict=True)]
    central = _shared([Fraction(due, 2) for due in taxes], tax // 2)
    return [Tax(each, half, due - half) for each, half, due in zip(taxables, central, taxes, strict=True)]


def part(whole: Tax, before: int, amount: int) -> Tax:
    """What a part that goes back is made of, when `before` of the whole went back earlier.

    All parts together are exactly the whole, however it was cut; only the last one knows that it is.
    """
    return _first(whole, before + amount) - _first(whole, before)


def _first(whole: Tax, amount: int) -> Tax:
    """What the first so many paise of the whole are made of."""
    taxable = _half_up(Fraction(whole.taxable * amount, whole.amount)) if whole.amount else amount
    tax = amount - taxable
    if whole.igst:
        return Tax(taxable, igst=tax)
    central = tax // 2 if whole.cgst <= whole.sgst else tax - tax // 2
    return Tax(taxable, central, tax - central)


def _half_up(exact: Fraction) -> int:
    return math.floor(exact + Fraction(1, 2))


def _shared(exact: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers that come to the total, each less than one away from what it should be (largest remainder)."""
    shares = [math.floor(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
