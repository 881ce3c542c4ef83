"""Tax invoices with all that the CGST Rules ask for, as they are read on paper."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.services.payments import gst
from lms.services.payments.invoice_pdf import Invoice, Line, Party, Supply, Tax, draw, facts_of
from lms.services.payments.tax_split import split
from lms.services.system.paper import inputs
from tests.services.drawn import A4, inked, pictures
from tests.services.payments.test_invoice_pdf import invoice, pages, text_of

SELLER = Party("Brightwater School", ("12 Residency Road", "Bengaluru 560025"), "29AAGCB7383J1Z4", state="29")
FIRM = Party("Rao & Daughters LLP", ("14 Fort Road", "Mumbai 400001"), "27AAPFU0939F1ZV", "rao@example.com", "27")


def taxed(*sold: tuple[str, int, int], place: str = "27", rate: Decimal = Decimal(18), **facts: Any) -> Invoice:
    """An invoice of what was sold: titles, prices, discounts."""
    sold = sold or (("Python from the ground up", 349_900, 0), ("SQL for analysts", 12_345_600, 0))
    seller = facts.get("seller", SELLER)
    taxes = split([price - less for _, price, less in sold], rate, gst.within_a_state(seller.gstin[:2], place))
    lines = [Line(title, 1, price, less, tax) for (title, price, less), tax in zip(sold, taxes, strict=True)]
    known = {"seller": SELLER, "buyer": FIRM, "supply": Supply(place, "999293"), "gst_rate": rate}
    return invoice(*lines, **(known | {"discount": sum(less for _, _, less in sold)} | facts))


def test_between_states_it_says_integrated_tax() -> None:
    text = text_of(taxed())
    for fact in (
        *("Tax invoice", "GSTIN 29AAGCB7383J1Z4", "Karnataka (29)"),
        *(
            "Billed to Rao & Daughters LLP",
            "14 Fort Road",
            "Mumbai 400001",
            "Maharashtra (27)",
            "GSTIN 27AAPFU0939F1ZV",
        ),
        *("Place of supply Maharashtra (27)", "Reverse charge No"),
        "# Description Taxable value GST 18% Amount incl. GST",
        "1 Python from the ground up SAC 999293 ₹2,965.25 ₹533.75 ₹3,499.00",
        "2 SQL for analysts SAC 999293 ₹1,04,623.73 ₹18,832.27 ₹1,23,456.00",
        "Taxable value ₹1,07,588.98 IGST 18% ₹19,366.02 Total ₹1,26,955.00",
    ):
        assert fact in text
    assert "CGST" not in text


def test_within_a_state_it_says_central_and_state_tax() -> None:
    text = text_of(taxed(("Python", 349_900, 0), place="29", buyer=Party("Asha")))
    assert "Place of supply Karnataka (29)" in text
    assert "Taxable value ₹2,965.25 CGST 9% ₹266.87 SGST 9% ₹266.88 Total ₹3,499.00" in text
    assert "IGST" not in text


def test_within_a_union_territory_it_says_union_territory_tax() -> None:
    seller = Party("School", gstin="04AAGCB7383J1ZX", state="04")
    assert "CGST 6.25% ₹6.25 UTGST 6.25% ₹6.25" in text_of(
        taxed(("A", 11_250, 0), place="04", seller=seller, rate=Decimal("12.5"))
    )


def test_a_discount_is_named_in_its_line() -> None:
    text = text_of(taxed(("Python", 100_000, 10_000), ("SQL", 50_000, 0), coupon="DIWALI"))
    assert "1 Python SAC 999293, ₹1,000.00 less ₹100.00 DIWALI ₹762.71 ₹137.29 ₹900.00" in text
    assert "2 SQL SAC 999293 ₹423.73 ₹76.27 ₹500.00" in text
    assert "Total ₹1,400.00" in text


def test_a_credit_note_says_of_which_day_its_invoice_is() -> None:
    facts = {"original_number": "INV/26-27/000123", "original_date": datetime(2026, 10, 31, 20)}
    text = text_of(taxed(kind="credit_note", number="CN/26-27/000007", **facts))
    for fact in ("Credit note", "For invoice INV/26-27/000123 of 1 November 2026", "Place of supply", "IGST 18%"):
        assert fact in text


def test_a_line_whose_tax_is_another_is_refused() -> None:
    for tax in (None, Tax(100, igst=19)):
        with pytest.raises(ValueError, match="tax of a line"):
            invoice(Line("A", 1, 118, tax=tax), seller=SELLER, supply=Supply("27", "999293"))


@pytest.mark.parametrize("count", [9, 14, 40])
def test_many_lines_go_on_with_the_header_repeated(count: int) -> None:
    found = pages(draw(taxed(*((f"Course {place}", 99_900, 0) for place in range(count)))))
    for page in found[:-1]:
        assert "Taxable value GST 18% Amount incl. GST" in page
    assert f"{count} Course {count - 1} SAC" in found[-1]
    assert "Total ₹" in found[-1]


LONG = st.text(st.sampled_from("W漢म /#*_$"), max_size=300)
PARTIES = st.builds(Party, LONG, st.lists(LONG, max_size=6).map(tuple), LONG, LONG, st.just("26"))
SOLD = st.lists(st.tuples(LONG, st.integers(0, 10**12), st.just(0)), min_size=1, max_size=12)


@settings(max_examples=15, deadline=None)
@given(PARTIES, SOLD, LONG)
def test_nothing_leaves_the_page(buyer: Party, sold: list[tuple[str, int, int]], word: str) -> None:
    long = taxed(*sold, ("A", 10**12, 10**11), place="26", buyer=buyer, number=word, coupon=word)
    drawn = pictures("invoice.typ", inputs(facts_of(long), long.verify_url))
    for picture in drawn:
        left, _, right, bottom = inked(picture)
        assert 19 <= left <= right <= A4[0] - 19
        assert bottom <= A4[1] - 10
    assert len(pages(draw(long))) == len(drawn)
