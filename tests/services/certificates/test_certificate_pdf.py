import io
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import segno
from PIL import Image
from pypdf import PdfReader

from lms.services.certificates import badge_png
from lms.services.certificates.certificate_pdf import Printed, draw, inputs_of
from tests.certificates import inside
from tests.services.drawn import NASTY, POINTS_PER_INCH, fonts_of, inked, pictures
from tests.waiting import at_most

MOMENT = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)
DPI = 200.0
CERTIFICATE = Printed(
    title="Certificate of completion",
    school="Riverside School",
    colour="#7a1f3d",
    recipient="Asha Rao",
    course="Knots and ropes",
    completed_at=MOMENT,
    issued_at=MOMENT,
    valid_until=None,
    hours=12.4,
    instructor="Ravi Menon",
    signatory="",
    signatory_title="",
    signature=None,
    code="ABCD-EFGH-JKMN",
    verify_url="https://learn.school.example/verify/ABCDEFGHJKMN",
    credential=b'{"id":"1"}' * 200,
)


def words(printed: Printed) -> str:
    return " ".join(inside(draw(printed))[0].split())


def test_it_says_who_completed_what() -> None:
    said = words(CERTIFICATE)
    for part in ("Riverside School", "Certificate of completion", "Asha Rao", "Knots and ropes", "ABCD-EFGH-JKMN"):
        assert part in said
    assert "12 hours · completed on 27 November 2026" in said
    assert "Ravi Menon" in said
    assert "valid until" not in said


def test_it_says_who_signs_and_how_long_it_holds() -> None:
    ends = MOMENT + timedelta(days=365)
    said = words(replace(CERTIFICATE, signatory="Meera Iyer", signatory_title="Head", valid_until=ends, hours=0.1))
    for part in ("Meera Iyer", "Head", "valid until 27 November 2027", "6 minutes"):
        assert part in said
    assert "Ravi Menon" not in said


def test_a_name_in_devanagari_is_shaped_by_its_font() -> None:
    assert any("Devanagari" in name for name in fonts_of(draw(replace(CERTIFICATE, recipient="अशा राव"))))


def test_it_carries_the_credential_and_has_always_the_same_bytes() -> None:
    assert inside(draw(CERTIFICATE))[1] == CERTIFICATE.credential
    assert draw(CERTIFICATE) == draw(CERTIFICATE)


def test_it_is_small_and_quickly_drawn() -> None:
    draw(CERTIFICATE)
    began = time.perf_counter()
    document = draw(replace(CERTIFICATE, recipient="अशा राव"))
    assert time.perf_counter() - began < at_most(0.15)
    assert len(document) < 200 * 1024


def test_the_qr_code_leads_to_the_page() -> None:
    expected = segno.make_qr(CERTIFICATE.verify_url, error="m").matrix
    page = PdfReader(io.BytesIO(draw(CERTIFICATE))).pages[0]
    annotations: Any = page["/Annots"]
    [link] = [each.get_object() for each in annotations]
    assert link["/A"]["/URI"] == CERTIFICATE.verify_url
    left, _, right, high = (float(point) / POINTS_PER_INCH * DPI for point in link["/Rect"])
    [picture] = pictures("certificate.typ", inputs_of(CERTIFICATE), DPI)
    module = (right - left) / len(expected)

    def dark(row: int, column: int) -> bool:
        x, y = left + (column + 0.5) * module, picture.height - high + (row + 0.5) * module
        level = picture.getpixel((int(x), int(y)))
        assert isinstance(level, int)
        return level < 128

    size = range(len(expected))
    assert [[dark(row, column) for column in size] for row in size] == [list(map(bool, row)) for row in expected]


@pytest.mark.parametrize("text", NASTY[::4])
def test_whatever_people_write_it_has_one_page_and_keeps_to_its_frame(text: str) -> None:
    written = replace(CERTIFICATE, recipient=text, course=text, school=text, title=text, instructor=text)
    [picture] = pictures("certificate.typ", inputs_of(written))
    left, upper, right, lower = inked(picture)
    assert left >= 10
    assert upper >= 10
    assert right <= 287.2
    assert lower <= 200


def test_the_badge_is_a_picture_that_carries_the_credential() -> None:
    png = badge_png.draw("Knots and ropes", "Riverside School", "#7a1f3d", CERTIFICATE.credential)
    picture = Image.open(io.BytesIO(png))
    picture.load()
    assert picture.size == (560, 560)
    assert picture.info["openbadgecredential"].encode() == CERTIFICATE.credential
