import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from lms.services.payments.invoice_pdf import Invoice, Line, Party, draw, facts_of, rupees, tax_of
from lms.services.system.paper import inputs
from tests.services.drawn import A4, HOSTILE, POINTS_PER_INCH, fonts_of, glyphs_of, inked, letters_of, pictures

MOMENT = datetime(2026, 11, 3, 20, 15)
DPI = 200


def invoice(*lines: Line, **facts: Any) -> Invoice:
    lines = lines or (Line("Python from the ground up", 1, 349_900), Line("SQL for analysts", 1, 12_345_600))
    known: dict[str, Any] = {
        "kind": "invoice",
        "number": "INV/2026-27/000123",
        "issued_at": MOMENT,
        "seller": Party("Brightwater School", ("12 Residency Road", "Bengaluru 560025"), "29AABCU9603R1ZM"),
        "buyer": Party("Anna Fernandes", ("17 Hill Road",), email="anna@example.com"),
        "lines": lines,
        "total": sum(line.amount for line in lines) - facts.get("discount", 0),
        "gst_rate": Decimal(18),
        "order_id": "order_PQ7f3kLm2xZ9aB",
        "payment_id": "pay_PQ7g1nXw8Yt0cD",
        "verify_url": "https://learn.example.com/invoices/verify/4f1c0a9be2d74c1f",
    }
    return Invoice(**(known | facts))


def pages(document: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(document)).pages]


def text_of(drawn: Invoice) -> str:
    return " ".join(pages(draw(drawn)))


def test_it_says_who_what_and_how_much() -> None:
    text = text_of(invoice())
    for fact in (
        *("Tax invoice", "INV/2026-27/000123", "4 November 2026", "Scan to verify", "Page 1 of 1"),
        *("Brightwater School", "12 Residency Road", "GSTIN 29AABCU9603R1ZM"),
        *("Anna Fernandes", "17 Hill Road", "anna@example.com"),
        *("Python from the ground up", "₹3,499.00", "SQL for analysts", "₹1,23,456.00"),
        *("Taxable value ₹1,07,588.98", "GST 18% ₹19,366.02", "Total ₹1,26,955.00"),
        *("order_PQ7f3kLm2xZ9aB", "Paid by Razorpay, payment pay_PQ7g1nXw8Yt0cD"),
    ):
        assert fact in text


def test_a_discount_is_named() -> None:
    text = text_of(invoice(Line("Course", 2, 100_000), discount=10_000, coupon="DIWALI"))
    assert "Subtotal incl. GST ₹1,000.00 Discount DIWALI -₹100.00 Taxable value ₹762.71 GST 18% ₹137.29" in text
    assert "Total ₹900.00" in text


def test_a_credit_note_names_its_invoice() -> None:
    text = text_of(invoice(kind="credit_note", number="CN/2026-27/000007", original_number="INV/2026-27/000123"))
    assert "Credit note" in text
    assert "For invoice INV/2026-27/000123" in text
    assert "Refunded by Razorpay" in text
    assert "Paid by" not in text


@pytest.mark.parametrize(
    "facts",
    [{"gst_rate": Decimal(0)}, {"seller": Party("Asha's Studio")}],
    ids=["no rate", "not registered"],
)
def test_without_tax_nothing_is_said_of_it(facts: dict[str, Any]) -> None:
    text = text_of(invoice(**facts))
    assert "Invoice INV/2026-27/000123" in text
    for word in ("Tax", "GST ", "18%"):
        assert word not in text


def test_what_was_free_was_not_paid_by_anyone() -> None:
    text = text_of(invoice(Line("Course", 1, 100), discount=100, coupon="FREE", payment_id="", order_id=""))
    assert "Total ₹0.00" in text
    assert "Razorpay" not in text


def test_the_date_is_that_of_the_time_zone() -> None:
    assert "3 November 2026" in text_of(invoice(timezone="UTC"))
    assert draw(invoice()) == draw(invoice(issued_at=MOMENT.replace(tzinfo=UTC)))


def test_an_invoice_that_does_not_add_up_is_none() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        invoice(total=1)


def test_many_lines_go_on_with_the_header_repeated() -> None:
    found = pages(draw(invoice(*(Line(f"Course {place} of many " * (1 + place % 4), 1, 999) for place in range(40)))))
    assert len(found) == 3
    for number, page in enumerate(found, start=1):
        assert "Description Quantity Amount incl. GST" in page
        assert f"Page {number} of 3" in page
    assert "Course 39 of many" in found[-1]
    assert "Total ₹399.60" in found[-1]
    assert "Total ₹" not in found[0] + found[1]


@pytest.mark.parametrize("count", range(1, 30))
def test_the_sums_never_stand_alone(count: int) -> None:
    last = pages(draw(invoice(*(Line("Course", 1, 999) for _ in range(count)))))[-1]
    assert f"{count} Course 1 ₹9.99 " in last
    assert f"Total {rupees(count * 999)}" in last


def test_devanagari_is_shaped_from_its_own_font() -> None:
    document = draw(invoice(Line("हिन्दी में पाइथन: क्षेत्र, ज्ञान", 1, 100), buyer=Party("प्रिया शर्मा")))
    assert "शर्मा" in pages(document)[0]
    assert {"NotoSansDevanagari-Bold", "NotoSansDevanagari-Regular"} <= fonts_of(document)
    assert fonts_of(draw(invoice())) == {"NotoSans-Bold", "NotoSans-Regular"}


NAMES = [
    *("தமிழ்ச்செல்வி சுப்பிரமணியன்", "प्रिया शर्मा क्षेत्र", "অনির্বাণ চট্টোপাধ্যায়"),
    *("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "ધર્મેશ પટેલ", "ପ୍ରତିଭା ମହାପାତ୍ର", "శ్రీనివాస్ రెడ్డి", "ಶ್ರೀಧರ್ ಕುಲಕರ್ಣಿ"),
    *("ശ്രീജിത്ത് നമ്പ്യാർ", "ᱥᱟᱱᱛᱟᱲ ᱢᱩᱨᱢᱩ", "ꯃꯩꯇꯩ ꯆꯅꯨ", "محمد عبداللہ خان", "فاطمة الزهراء"),
    *("שרה לוי", "ශ්‍රී ලංකා", "އަހުމަދު", "สมชาย น้ำผึ้ง", "ສົມຫວັງ ຄຳ", "សុខា ចាន់", "အောင်ဆန်း"),
    *("አበበ ቢቂላ", "Արամ Խաչատրյան", "შოთა რუსთაველი", "ⵎⴰⵙⵙⵏ", "རྡོ་རྗེ", "王小明", "陳大文 煊堃"),
    *("山田さくら サトウ 𠮷野", "김철수 뷁", "Ελένη Παπαδοπούλου", "Фёдор Достоевский Їжак", "Nguyễn Thị Ngọc"),
    *("Łukasz Žižek Şükrü",),
]
"""Of buyers in the scripts of India, its neighbours and the world."""


@pytest.mark.parametrize("name", NAMES)
def test_a_buyer_is_called_by_name_in_any_script(name: str) -> None:
    document = draw(invoice(Line(name, 1, 100), buyer=Party(name, (name,))))
    assert set(name) <= letters_of(document)
    assert "\ufffd" not in letters_of(document)
    assert all(glyph for _, glyph in glyphs_of(document))


def test_what_needs_no_shaping_is_read_as_it_was_given() -> None:
    for name in ("王小明", "陳大文", "山田さくら", "김철수", "𠮷野", "Արամ", "შოთა", "አበበ", "Ελένη", "Фёдор", "Nguyễn"):
        assert f"Billed to {name} Number" in text_of(invoice(buyer=Party(name)))
    for name in ("שרה", "محمد"):
        assert name in text_of(invoice(buyer=Party(name)))


def test_a_document_embeds_only_what_it_shows() -> None:
    """The fonts of other scripts make no document larger, and that of thousands of Chinese letters hardly one."""
    plain = len(draw(invoice(buyer=Party("Asha"))))
    assert len(draw(invoice(buyer=Party("王小明")))) < plain + 5_000 < 35_000


def test_what_a_buyer_calls_himself_is_never_read_as_code() -> None:
    name = '*A* _b_ $x$ #panic() \\ // <c> @d [#read("page.typ")]'
    assert name in text_of(invoice(buyer=Party(name)))


def test_it_can_be_read_aloud() -> None:
    reader = PdfReader(io.BytesIO(draw(invoice())))
    assert reader.metadata is not None
    assert reader.metadata.title == "Tax invoice INV/2026-27/000123"
    assert reader.metadata.creation_date == MOMENT.replace(tzinfo=UTC)
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-IN", True)


def test_the_qr_code_is_that_of_the_address() -> None:
    url = invoice().verify_url
    expected = segno.make_qr(url, error="m").matrix
    document = draw(invoice())
    [link] = [each.get_object() for each in PdfReader(io.BytesIO(document)).pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert link["/A"]["/URI"] == url
    left, low, right, high = (float(point) / POINTS_PER_INCH * DPI for point in link["/Rect"])
    module = 28 / 25.4 * DPI / len(expected)
    assert (right - left, high - low) == pytest.approx((len(expected) * module,) * 2, rel=0.01)
    [picture] = pictures("invoice.typ", inputs(facts_of(invoice()), url), DPI)

    def dark(row: int, column: int) -> bool:
        x, y = left + (column + 0.5) * module, picture.height - high + (row + 0.5) * module
        level = picture.getpixel((int(x), int(y)))
        assert isinstance(level, int)
        return level < 128

    size = range(len(expected))
    assert [[dark(row, column) for column in size] for row in size] == [list(map(bool, row)) for row in expected]


def test_the_same_facts_give_the_same_bytes_in_any_process() -> None:
    code = (
        "import hashlib; from tests.services.payments.test_invoice_pdf import *; "
        "print(hashlib.sha256(draw(invoice(Line('पाइथन Python தமிழ்', 1, 100)))).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "RAYON_NUM_THREADS": seed},
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    }
    assert len(hashes) == 1
    assert draw(invoice()) == draw(invoice())
    assert draw(invoice()) != draw(replace(invoice(), number="INV/2026-27/000124"))


PARTIES = st.builds(Party, HOSTILE, st.lists(HOSTILE, max_size=9).map(tuple), HOSTILE, HOSTILE)
LINES = st.lists(st.builds(Line, HOSTILE, st.integers(0, 10**4), st.integers(0, 10**12)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(PARTIES, PARTIES, LINES, st.sampled_from(["invoice", "credit_note"]), HOSTILE)
def test_nothing_hostile_leaves_the_page(seller: Party, buyer: Party, lines: list[Line], kind: str, word: str) -> None:
    facts = {"kind": kind, "seller": seller, "buyer": buyer, "coupon": word, "number": word, "payment_id": word}
    hostile = invoice(*lines, discount=min(line.amount for line in lines), **facts)
    drawn = pictures("invoice.typ", inputs(facts_of(hostile), hostile.verify_url))
    for picture in drawn:
        left, _, right, bottom = inked(picture)
        assert 19 <= left <= right <= A4[0] - 19
        assert bottom <= A4[1] - 10
    assert len(pages(draw(hostile))) == len(drawn)


@pytest.mark.parametrize(
    ("paise", "expected"),
    [
        (0, "₹0.00"),
        (5, "₹0.05"),
        (99_999, "₹999.99"),
        (100_000, "₹1,000.00"),
        (12_345_600, "₹1,23,456.00"),
        (1_234_567_890, "₹1,23,45,678.90"),
        (-50_000, "-₹500.00"),
    ],
)
def test_rupees_are_grouped_as_in_india(paise: int, expected: str) -> None:
    assert rupees(paise) == expected


def test_another_currency_is_named() -> None:
    assert rupees(12_345_600, "USD") == "USD 1,23,456.00"


@given(st.integers(-(10**15), 10**15))
def test_rupees_keep_every_digit(paise: int) -> None:
    assert int(re.sub(r"[₹,.]", "", rupees(paise))) == paise


@given(st.integers(0, 10**15), st.decimals(0, 100, places=2))
def test_tax_and_what_is_taxable_are_the_total(total: int, rate: Decimal) -> None:
    taxable, tax = tax_of(total, rate)
    assert taxable + tax == total
    assert taxable >= 0
    assert tax >= 0
    assert abs(taxable * (100 + rate) - total * 100) <= (100 + rate) / 2


@given(st.lists(st.integers(100, 10**8), min_size=1, max_size=12), st.decimals(1, 40, places=2))
def test_partial_credit_notes_come_to_the_invoices_tax(parts: list[int], rate: Decimal) -> None:
    seller, at = Party("Seller", gstin="27ABCDE1234F1Z5"), datetime(2026, 11, 21, tzinfo=UTC)
    notes = [
        Invoice(
            "credit_note",
            "CN/1",
            at,
            seller,
            Party("Asha"),
            (Line("A", 1, part),),
            part,
            rate,
            "",
            "",
            "",
            credited_before=sum(parts[:place]),
        )
        for place, part in enumerate(parts)
    ]
    assert all(sum(note.tax) == note.total for note in notes)
    assert tuple(sum(sums) for sums in zip(*(note.tax for note in notes), strict=True)) == tax_of(sum(parts), rate)


@pytest.mark.parametrize(
    ("total", "rate", "taxable"),
    [
        (118, "18", 100),
        (349_900, "18", 296_525),
        (3, "100", 2),
        (1, "100", 1),
        (500, "0", 500),
        (11_250, "12.5", 10_000),
    ],
)
def test_half_a_paisa_is_rounded_up(total: int, rate: str, taxable: int) -> None:
    assert tax_of(total, Decimal(rate)) == (taxable, total - taxable)
