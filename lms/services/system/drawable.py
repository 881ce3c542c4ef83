"""Text that our fonts can draw, whatever somebody wrote; what no font has would show a box, or make Typst panic."""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent.parent.parent / "fonts"

LONGEST_TEXT = 300
MOST_MARKS = 4
"""More marks on one letter than any language has would climb out of the line; those of Burmese stand beside it, too."""
MOST_BURMESE = 6
MOST_JOINED = 8
"""More letters joined by viramas than any language has; Typst's shaper panics at some hundred of them."""
OF_EVERY_SCRIPT = ("COMBINING", "VARIATION", "VEDIC", "ZERO")
"""How the names of marks begin that stand on the letters of many scripts; all others have one of their own."""
STACKING, MOST_STACKED = "\u17d2\u1039", 2
"""The signs of Khmer and Burmese that put the next letter below: words have two at most, more would climb out."""
STACKED_NOTHING = re.compile(rf"[{STACKING}](?!\w)")
VIRAMA = 9
"""The combining class of what joins a letter with the next, in every script of India and of its neighbours."""

JOINERS = "\u200c\u200d"
AM = "\u0e33\u0eb3"
"""Vowels of Thai and Lao that are letters to Unicode, and hang over the one before."""
UNKNOWN = "\ufffd"
ELLIPSIS = "\u2026"


def clean(text: str) -> str:
    """One line of at most 300 characters, each of which can be drawn.

    Pictures and what turns the direction of writing are left out; letters that no font has become a replacement
    character; a mark stays only on a letter of the same font.
    """
    shown = "".join(_shown(char) for char in text[: 2 * LONGEST_TEXT])
    kept = " ".join(_tempered(" ".join(unicodedata.normalize("NFC", shown).split())).split())
    return kept if len(kept) <= LONGEST_TEXT else kept[: LONGEST_TEXT - 1] + ELLIPSIS


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if _is_drawable(char) and (category != "Cf" or char in JOINERS):
        return char
    plain, base = unicodedata.normalize("NFKC", char), unicodedata.normalize("NFD", char)[0]
    other = plain if all(map(_is_drawable, plain)) else base
    if other != char and all(map(_is_drawable, other)):
        return other
    return "" if category in ("So", "Sk", "Cf", "Co") or category[0] == "M" else UNKNOWN


def _is_drawable(char: str) -> bool:
    return any(ord(char) in font for font in _fonts())


def _tempered(text: str) -> str:
    """Without the marks that have no letter of their font and script, and those that are too many or join too many."""
    kept, marks, joined, script = "", 0, 0, ""
    fonts: list[frozenset[int]] = []
    for char in text:
        able = [font for font in (fonts if _is_mark(char) else _fonts()) if ord(char) in font]
        if not _is_mark(char):
            marks, joined, script = 0, joined if _joins_next(kept) else 0, _script(char)
        elif not able or _script(char) not in (script, *OF_EVERY_SCRIPT) or _is_too_much(char, marks, joined):
            continue
        else:
            marks, joined = marks + 1, joined + _is_virama(char)
        kept, fonts = kept + char, able if _is_mark(char) or unicodedata.category(char)[0] in "LN" else []
    return STACKED_NOTHING.sub("", kept)


def _script(char: str) -> str:
    """The script of a letter or a mark, as its name begins."""
    return unicodedata.name(char, "").partition(" ")[0]


def _is_too_much(mark: str, marks: int, joined: int) -> bool:
    return marks >= _most_on(mark) or (_is_virama(mark) and joined >= _most_joined_by(mark))


def _most_on(mark: str) -> int:
    return MOST_BURMESE if "\u1000" <= mark <= "\u109f" else MOST_MARKS


def _is_mark(char: str) -> bool:
    return char in JOINERS or char in AM or unicodedata.category(char)[0] == "M"


def _most_joined_by(virama: str) -> int:
    return MOST_STACKED if virama in STACKING else MOST_JOINED


def _is_virama(char: str) -> bool:
    return unicodedata.combining(char) == VIRAMA


def _joins_next(text: str) -> bool:
    last = text.rstrip(JOINERS)[-1:]
    return bool(last) and _is_virama(last)


@cache
def _fonts() -> list[frozenset[int]]:
    """The characters of each font."""
    paths = FONTS.glob("*-Regular.[ot]tf")
    return [frozenset(code for codes in _ranges(path.read_bytes()) for code in codes) for path in sorted(paths)]


def _ranges(font: bytes) -> Iterator[range]:
    """What the table `cmap` of an OpenType font has, in format 4 (the Basic Multilingual Plane) and 12 (all planes)."""
    tables = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(*struct.unpack_from(">H", font, 4)))
    table = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    for n in range(*struct.unpack_from(">H", font, table + 2)):
        _, _, offset = struct.unpack_from(">HHL", font, table + 4 + 8 * n)
        kind, _, _, twice = struct.unpack_from(">HHHH", font, table + offset)
        if kind == 4:
            ends = struct.unpack_from(f">{twice // 2}H", font, table + offset + 14)
            begins = struct.unpack_from(f">{twice // 2}H", font, table + offset + 16 + twice)
            yield from (range(begin, end + 1) for begin, end in zip(begins, ends, strict=True) if begin != 0xFFFF)
        elif kind == 12:
            (groups,) = struct.unpack_from(">L", font, table + offset + 12)
            runs = (struct.unpack_from(">LL", font, table + offset + 16 + 12 * group) for group in range(groups))
            yield from (range(begin, end + 1) for begin, end in runs)
