"""A4 paper on which any text is shaped right and stays inside its box."""

import logging
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple, Self

import segno
import uharfbuzz  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont
from fpdf.line_break import Fragment

FONTS = Path(__file__).parents[2] / "fonts"
LATIN = "NotoSans"
DEVANAGARI = "NotoSansDevanagari"

LONGEST_TEXT = 300
MOST_MARKS = 4
"""More marks on one letter than any language has would climb out of the line."""
LONGEST_CLUSTER = 12

SHAPING = ("GSUB", "GPOS", "GDEF")
"""Tables that HarfBuzz reads from the file by itself and fpdf2 would parse at length only to leave out."""

JOINERS = "\u200c\u200d"
VIRAMA = "\u094d"
UNKNOWN = "\ufffd"
ELLIPSIS = "\u2026"

INK = (33, 37, 41)
GREY = (105, 113, 122)
HAIRLINE = (217, 221, 226)

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table it drops


class Style(NamedTuple):
    """How a text looks: its size in points, its weight and its colour."""

    size: float
    bold: bool = False
    colour: tuple[int, int, int] = INK

    @property
    def height(self) -> float:
        """Millimetres from line to line."""
        return self.size * 0.49


class Paper(FPDF):
    """A document whose bytes depend on nothing but what is put on it."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_text_shaping(True, direction="ltr")
        assert self.text_shaping
        self.text_shaping |= {"paragraph_direction": TextDirection.LTR, "fragment_direction": TextDirection.LTR}
        self.c_margin = 0
        self.set_creation_date(made_at)
        self.set_title(clean(title))
        self.set_lang("en-IN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.fonts.values():
            assert isinstance(font, TTFFont)
            font.close()  # the file it reads glyphs from

    def finished(self) -> bytes:
        """The document; nothing can be put on it any more."""
        for font in self.fonts.values():
            assert isinstance(font, TTFFont)
            for table in SHAPING:
                del font.ttfont[table]
        return bytes(self.output())

    def wrapped(self, text: str, width: float, style: Style, most: int = 1) -> list[str]:
        """The text in at most `most` lines no wider than `width` millimetres, the last shortened if need be."""
        self._use(style)
        lines: list[str] = []
        for piece in (piece for word in clean(text).split() for piece in self._pieces(word, width)):
            longer = f"{lines[-1]} {piece}" if lines else piece
            if lines and self.get_string_width(longer) <= width:
                lines[-1] = longer
            elif len(lines) == most:
                return [*lines[:-1], self._shortened(lines[-1], width)]
            else:
                lines.append(piece)
        return lines

    def put(
        self, x: float, y: float, width: float, lines: Sequence[str], style: Style, align: Literal["L", "R"] = "L"
    ) -> float:
        """Draw lines that fit `width`; answers where the next one begins."""
        self._use(style)
        for line in lines:
            self.set_xy(x, y)
            self.cell(width, style.height, line, align=align)
            y += style.height
        return y

    def rule(self, x: float, y: float, width: float, colour: tuple[int, int, int], thickness: float = 0.2) -> None:
        """Draw a horizontal line."""
        self.set_draw_color(*colour)
        self.set_line_width(thickness)
        self.line(x, y, x + width, y)

    def qr(self, x: float, y: float, size: float, address: str) -> None:
        """Draw an address as a QR code that can also be clicked."""
        matrix = segno.make_qr(address, error="m").matrix
        module = size / len(matrix)
        self.set_fill_color(*INK)
        for row, modules in enumerate(matrix):
            column = 0
            for dark, run in groupby(modules):
                length = len(list(run))
                if dark:
                    self.rect(x + column * module, y + row * module, length * module, module * 1.02, style="F")
                column += length
        self.link(x, y, size, size, address)

    def _use(self, style: Style) -> None:
        weight = "B" if style.bold else ""
        self.set_font(self._face(LATIN, weight), weight, style.size)
        self.set_text_color(*style.colour)

    def _face(self, family: str, style: str) -> str:
        """The name fpdf2 knows a family by; it is added at its first use, as all that are added are also embedded."""
        name = family.lower()
        if name + style not in self.fonts:
            self.add_font(name, style, FONTS / f"{family}-{'Bold' if style else 'Regular'}.ttf")
        return name

    def _pieces(self, word: str, width: float) -> Iterator[str]:
        parts = list(clusters(word))
        while parts:
            fit = bisect_right(range(1, len(parts) + 1), width, key=lambda n: self.get_string_width("".join(parts[:n])))
            cut = max(fit, 1)
            if cut < len(parts) and "/" in parts[cut // 2 : cut]:  # addresses read better so
                cut -= parts[cut - 1 :: -1].index("/")
            yield "".join(parts[:cut])
            parts = parts[cut:]

    def _shortened(self, line: str, width: float) -> str:
        kept = list(clusters(line))
        while kept and self.get_string_width("".join(kept) + ELLIPSIS) > width:
            kept.pop()
        return "".join(kept).rstrip() + ELLIPSIS

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:
        """Choose the fonts here: fpdf2 would part a letter from its joiner or mark, as these have no script."""
        return [self._fragment(family, run) for family, run in runs(text)]

    def _fragment(self, family: str, run: str) -> Fragment:
        state = self._get_current_graphics_state()
        state.font_family = self._face(family, self.font_style)
        state.current_font = self.fonts[state.font_family + state.font_style]
        return Fragment(run, state, self.k)


def clean(text: str) -> str:
    """One line of at most 300 characters, each of which can be drawn from left to right.

    Pictures are left out; letters that no font has become a replacement character.
    """
    shown = "".join(_shown(char) for char in unicodedata.normalize("NFC", text[: 2 * LONGEST_TEXT]))
    kept, marks = [], 0
    for char in " ".join(shown.split()):
        marks = marks + 1 if _joins(char) else 0
        if marks <= MOST_MARKS:
            kept.append(char)
    return "".join(kept if len(kept) <= LONGEST_TEXT else [*kept[: LONGEST_TEXT - 1], ELLIPSIS])


def clusters(text: str) -> Iterator[str]:
    """The parts of a text that must not be torn: a letter with its marks, and the letters that a virama joins."""
    cluster = ""
    for char in text:
        joined = _joins(char) or cluster.rstrip(JOINERS).endswith(VIRAMA)
        if cluster and not (joined and len(cluster) < LONGEST_CLUSTER):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The family of each stretch of a text, and the stretch."""
    family, run = LATIN, ""
    for char in text:
        chosen = _family(char, family)
        if chosen != family and run:
            yield family, run
            run = ""
        family, run = chosen, run + char
    if run:
        yield family, run


def _family(char: str, before: str) -> str:
    if _joins(char) and ord(char) in _drawable(before):
        return before
    return LATIN if ord(char) in _drawable(LATIN) else DEVANAGARI


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    known = ord(char) in _drawable(LATIN) or ord(char) in _drawable(DEVANAGARI)
    if known and (category != "Cf" or char in JOINERS):
        return char
    return "" if category[0] in "SM" or category in ("Cf", "Co") else UNKNOWN


def _joins(char: str) -> bool:
    return char in JOINERS or unicodedata.category(char)[0] == "M"


@cache
def _drawable(family: str) -> frozenset[int]:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(FONTS / f"{family}-Regular.ttf"))
    return frozenset(face.unicodes)
