"""Looking at documents: their fonts and glyphs, and where there is ink on their pages."""

import io
from collections.abc import Iterator

import typst
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.generic import ContentStream

from lms.services.system.paper import TEMPLATES, fonts

A4 = (210.0, 297.0)
"""Millimetres."""
POINTS_PER_INCH = 72
MILLIMETRES_PER_INCH = 25.4
PPI = 60.0

EMOJI = "שלום 🚀\U0001f469\u200d\U0001f469\u200d\U0001f467 مرحبا "
NASTY = [
    *("", " ", "\n\x00\x1b[31m", "\u202eevil", "\ud800", "{nb}", "**bold**", "(\\) Tj ET", EMOJI * 9),
    *("W" * 400, "मि" * 200, "क्" * 150, "ि" * 300, "漢字" * 150, "\u200d" * 300, "Z" + "\u0301" * 300),
    *("#panic()", "$ x", "\\u{1}", "<a> @a", "مرحبا" * 70, "/" * 300, "ﷺ" * 300, "\u2028" * 9, "- " * 150),
    *("ក្" * 150, "က္" * 150, "ཀྐ" * 150, "ี" * 300, "학교" * 150, "𠮷" * 300, "שָׁ" * 150, "ශ්\u200dර" * 80, "ᱥ" * 300),
]
HOSTILE = st.one_of(
    st.text(st.characters(), max_size=300),
    st.text("क्ष\u200d\u200cिरा॑\u0301\u0323/- ", max_size=300),
    st.text("ក្រ្ិာက္ြိုှཀྐྲིกิ้ำລໍ້한글ᄒ漢が\u3099שָׁؤّශ්ᱥꯃꯩ\u200d\u0301/- ", max_size=300),
    st.sampled_from(NASTY),
)


def pictures(source: str | bytes, given: dict[str, str], ppi: float = PPI) -> list[Image.Image]:
    """The pages of a template, or of source text beside the templates, in levels of grey."""
    name = TEMPLATES / source if isinstance(source, str) else source
    found = typst.compile(name, root=TEMPLATES, font_paths=fonts(), sys_inputs=given, format="png", ppi=ppi)
    return [Image.open(io.BytesIO(page)).convert("L") for page in ([found] if isinstance(found, bytes) else found)]


def inked(picture: Image.Image, ppi: float = PPI) -> tuple[float, float, float, float]:
    """The left, upper, right and lower edge of what is not white, in millimetres."""
    box = ImageOps.invert(picture).point(lambda level: level > 8 and 255).getbbox() or (0, 0, 0, 0)
    left, upper, right, lower = (edge / ppi * MILLIMETRES_PER_INCH for edge in box)
    return left, upper, right, lower


def pdf(source: bytes, given: dict[str, str]) -> bytes:
    """Source text beside the templates as PDF."""
    return typst.compile(source, root=TEMPLATES, font_paths=fonts(), sys_inputs=given, timestamp=0)


def fonts_of(document: bytes) -> set[str]:
    """The names of the fonts that are embedded."""
    return {font for font, _ in glyphs_of(document)}


def letters_of(document: bytes) -> set[str]:
    """Every letter that readers aloud and copying find: those of glyphs, and what stands for shaped ones."""
    found = set[str]()
    for page in PdfReader(io.BytesIO(document)).pages:
        content = page.get_contents()
        for operands, operator in content.operations if isinstance(content, ContentStream) else ():
            if operator == b"BDC" and isinstance(operands[1], dict):
                found.update(str(operands[1].get("/ActualText", "")))
        found.update(page.extract_text())
    return found


def glyphs_of(document: bytes) -> Iterator[tuple[str, int]]:
    """Every glyph in the order of drawing: its font and its number there; 0 is the box of what a font has not."""
    for page in PdfReader(io.BytesIO(document)).pages:
        names = {
            key: _name(font.get_object()["/BaseFont"]) for key, font in page["/Resources"].get("/Font", {}).items()
        }  # type: ignore[attr-defined]
        content, font = page.get_contents(), ""
        for operands, operator in content.operations if isinstance(content, ContentStream) else ():
            if operator == b"Tf":
                font = names[operands[0]]
            elif operator in (b"Tj", b"TJ"):
                parts = operands[0] if operator == b"TJ" else operands
                for part in parts:
                    if isinstance(part, (str, bytes)):
                        codes = part if isinstance(part, bytes) else part.original_bytes  # type: ignore[attr-defined]
                        yield from ((font, int.from_bytes(codes[at : at + 2])) for at in range(0, len(codes), 2))


def _name(embedded: str) -> str:
    """A font's name without the six letters of its subset and the encoding that PDF adds to those with CFF outlines."""
    return embedded[8:].removesuffix("-Identity-H")
