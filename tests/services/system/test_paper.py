import json
import subprocess
import sys
import unicodedata
from datetime import UTC
from itertools import groupby
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.services.system import paper
from lms.services.system.drawable import FONTS, LONGEST_TEXT, clean
from tests.services.drawn import HOSTILE, fonts_of, glyphs_of, inked, pdf, pictures
from tests.services.payments.test_invoice_pdf import MOMENT, Party, facts_of, invoice

WORD = b'#import "page.typ": *\n#set text(font: fonts)\n#sys.inputs.text'
BOX = b"""#import "page.typ": *
#set page(width: float(sys.inputs.width) * 1mm + 20mm, height: auto, margin: (x: 10mm, y: 2mm))
#set text(14pt, weight: "bold", font: fonts, top-edge: 0.8em, bottom-edge: -0.2em)
#set par(leading: leading, spacing: leading)
#lines(int(sys.inputs.most), sys.inputs.text)"""
LINE = 14 * 1.39 / 72 * 25.4
HANGING = 14 / 3 / 72 * 25.4
"""Millimetres by which a mark may hang over the left of a narrow letter: a third of an em, in a margin of 10."""


def test_every_font_has_its_licence_and_is_small() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 9_500_000


@pytest.mark.parametrize(
    ("family", "word"),
    [
        ("NotoSans", "Zoë Łukasz Ελένη Юлия ₹"),
        ("NotoSansDevanagari", "प्रिया"),
        ("NotoSansBengali", "ক্ষেত্র"),
        ("NotoSansGujarati", "ગુજરાતી"),
        ("NotoSansGurmukhi", "ਪੰਜਾਬੀ"),
        ("NotoSansKannada", "ಕ್ಷೇತ್ರ"),
        ("NotoSansMalayalam", "മലയാളം"),
        ("NotoSansOriya", "ଓଡ଼ିଆ"),
        ("NotoSansTamil", "தமிழ்"),
        ("NotoSansTelugu", "స్త్రీ"),
        ("NotoSansArabic", "اردو"),
        ("NotoSansHebrew", "שרה"),
        ("NotoSansThaana", "ދިވެހި"),
        ("NotoSansSinhala", "ක්‍රමය"),
        ("NotoSansThai", "น้ำผึ้ง"),
        ("NotoSansLao", "ພາສາລາວ"),
        ("NotoSansKhmer", "ភាសាខ្មែរ"),
        ("NotoSansMyanmar", "မြန်မာဘာသာ"),
        ("NotoSansEthiopic", "አማርኛ"),
        ("NotoSansArmenian", "Հայերեն"),
        ("NotoSansGeorgian", "ქართული"),
        ("NotoSansTifinagh", "ⵜⴰⵎⴰⵣⵉⵖⵜ"),
        ("NotoSansOlChiki", "ᱥᱟᱱᱛᱟᱲᱤ"),
        ("NotoSansMeeteiMayek", "ꯃꯩꯇꯩꯂꯣꯟ"),
        ("NotoSerifTibetan", "རྫོང་ཁ"),
        ("NotoSansCJKsc", "王小明山田さくらサトウ김철수뷁陳大文𠮷"),
    ],
)
def test_a_script_is_drawn_from_its_own_font(family: str, word: str) -> None:
    document = pdf(WORD, {"text": clean(word)})
    assert fonts_of(document) == {f"{family}-Regular"}
    assert all(glyph for _, glyph in glyphs_of(document))


@pytest.mark.parametrize(
    ("word", "glyphs"),
    [("क्ष", 1), ("ज्ञ", 1), ("क्\u200dष", 2), ("र्म", 2), ("e\u0301", 1), ("ক্ষ", 1), ("لا", 1)],
)
def test_letters_are_joined(word: str, glyphs: int) -> None:
    assert len(list(glyphs_of(pdf(WORD, {"text": clean(word)})))) == glyphs


def test_a_joiner_and_a_mark_stay_with_their_letter() -> None:
    drawn = glyphs_of(pdf(WORD, {"text": clean("A क्\u200dष॑ ₹")}))
    assert [font for font, _ in groupby(drawn, lambda glyph: glyph[0])] == [
        "NotoSans-Regular",
        "NotoSansDevanagari-Regular",
        "NotoSans-Regular",
    ]
    assert json.loads(typst.eval(b"", '"प्रिया".clusters()')) == ["प्रि", "या"]


def test_the_writing_runs_from_right_to_left_where_it_should() -> None:
    forward, backward = (list(glyphs_of(pdf(WORD, {"text": clean(text)}))) for text in ("Aب", "بA"))
    assert forward == backward[::-1]


@settings(deadline=None)
@given(HOSTILE)
def test_cleaning_keeps_one_short_line_and_is_done_once(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= LONGEST_TEXT
    assert all(char.isprintable() or char in "\u200c\u200d" for char in cleaned)
    assert clean(cleaned) == cleaned


def test_the_marks_that_a_language_has_stay() -> None:
    for word in ("လျှို့ဝှက်", "བསྒྲུབས", "ស្ត្រី", "น้ำผึ้ง", "ශ්\u200dරී", "हृत्स्थैर्य"):
        assert clean(word) == unicodedata.normalize("NFC", word)


def test_pictures_and_what_turns_the_writing_round_are_left_out() -> None:
    assert clean("Asha 🚀 \u202eRao\u2066 ©\ufe0f ½ 漢\u0948 𒀀\u0948") == "Asha Rao © ½ 漢 \ufffd"


def test_what_no_font_has_is_drawn_as_what_it_stands_for_or_seen_to_be_missing() -> None:
    assert clean("Ⅳ ὰρχή ﬁ 𝐱") == "IV αρχή fi x"
    assert clean("x² ≤ ∑") in ("x² ≤ ∑", "x² \ufffd \ufffd", "x² ≤ \ufffd")


def test_no_more_letters_hang_below_one_than_a_language_has() -> None:
    assert clean("ក្ក្ក្ក្ក្ក") == "ក្ក្កក្ក្ក"
    assert clean("ស្ត្រី") == "ស្ត្រី"


def test_a_mark_without_a_letter_is_left_out() -> None:
    assert clean("i\u0e34 7\u0e34 a\u094d") == "i 7 a"
    assert clean("-\u0e34 \u0301 (\u094d) a\u0301 7\u0301") == "- () \u00e1 7\u0301"


@settings(deadline=None, max_examples=60)
@given(HOSTILE, st.floats(40, 120), st.integers(1, 6))
def test_lines_fit(text: str, width: float, most: int) -> None:
    facts = {"text": clean(text), "width": str(width)}
    [drawn] = pictures(BOX, {**facts, "most": str(most)})
    [whole] = pictures(BOX, {**facts, "most": "99"})
    left, _, right, _ = inked(drawn)
    assert not right or 10 - HANGING <= left <= right <= width + 10.5
    height = drawn.height / 60 * 25.4 - 4
    assert height <= most * LINE
    if height < (most - 1) * LINE:
        assert drawn.tobytes() == whole.tobytes()


def test_a_long_word_is_broken_and_a_long_text_shortened() -> None:
    def height(text: str, most: int) -> int:
        [drawn] = pictures(BOX, {"text": text, "width": "40", "most": str(most)})
        return drawn.height

    assert height("W" * 300, 3) == height("W " * 150, 3) == height("W W " * 10, 3)
    assert height("W" * 300, 2) < height("W" * 300, 3) < height("W" * 300, 9)


def test_a_panic_is_an_error_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, moment = facts_of(invoice(buyer=Party("क्" * 400))), MOMENT.replace(tzinfo=UTC)
    assert paper.typeset("invoice.typ", facts, moment, "address")
    monkeypatch.setattr(paper, "clean", str)
    with pytest.raises(RuntimeError, match="Typst panicked"):
        paper.typeset("invoice.typ", facts, moment, "address")


def test_drawing_in_a_fork_of_a_process_that_drew_is_refused() -> None:
    """Typst's threads are not in the fork, so that it would wait for ever."""
    code = """
import os
from datetime import UTC, datetime
from tests.services.payments.test_invoice_pdf import draw, invoice
draw(invoice())
child = os.fork()
if not child:
    try:
        draw(invoice())
    except RuntimeError:
        os._exit(7)
    os._exit(1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    ran = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "7\n", ran.stderr
