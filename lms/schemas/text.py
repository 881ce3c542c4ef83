"""Text as people type and paste it: in one form, without what nobody can see, and otherwise as it was typed."""

import re
import unicodedata
from functools import cache

MOST_MARKS = 30
"""On one character (Unicode Standard Annex 15, "Stream-Safe Text Format")."""

LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""What a line ends with besides a line feed (Unicode Standard, section 5.8 "Newline Guidelines")."""

MEANINGLESS = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff"
    "\U000e01f0-\U000e0fff]"
)
"""Code points that show nothing (Default_Ignorable_Code_Point) and here mean nothing; not joiners, not selectors."""

FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[\U000e0020-\U000e007f]")
"""The flag of a region: a black flag, tag characters and their end (Unicode Technical Standard 51, ED-14a); or a tag
character of no flag.
"""

JOINER = re.compile("(?<=(.))[\u200c\u200d]|^[\u200c\u200d]", re.DOTALL)
JOINED_KINDS = ("L", "M", "So", "Sk", "Cf")
UNJOINED = {"LATIN", "GREEK", "CYRILLIC", "COMBINING", "ARMENIAN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
"""Scripts, as the names of their letters begin, in which no letter looks otherwise after a joiner."""

ALLOWED_CONTROLS = "\n\t"
BLANK = "\u2800"
"""Braille's pattern without a dot: a symbol that nobody sees."""


def clean(value: str) -> str:
    """The text with line feeds for every line break, composed (NFC), without invisible characters and outer blanks.

    Joiners stay where a script or an emoji is written with them, tag characters where they make a flag. What shows
    nothing at all becomes the empty string. Raises ValueError, which names the character, for other control
    characters, halves of surrogate pairs and long runs of combining marks, on which composing takes its time squared.
    """
    text = MEANINGLESS.sub("", LINE_BREAK.sub("\n", value))
    text = FLAG.sub(lambda found: found[1] or "", text)
    text = composed(_without_lone_joiners(text)).strip()
    for place, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in ALLOWED_CONTROLS:
            raise ValueError(f"Character {place + 1:,}, {named(character)}, cannot be used.")
    return text if shows_something(text) else ""


def composed(text: str) -> str:
    """The text with its letters composed (NFC); raises ValueError for long runs of combining marks."""
    run = 0
    for place, character in enumerate(text):
        run = run + 1 if unicodedata.combining(character) else 0
        if run > MOST_MARKS:
            raise ValueError(f"There are too many accents on one letter, at character {place + 1:,}.")
    return unicodedata.normalize("NFC", text)


def one_line(value: str) -> str:
    return re.sub(r"[ \t]*[\n\t][ \t\n]*|  +", " ", value)


def shows_something(text: str) -> bool:
    """Whether any character of it leaves a trace: a mark needs a letter to stand on."""
    return any(unicodedata.category(each)[0] in "LNPS" and each != BLANK for each in text)


def named(character: str) -> str:
    """A character as a sentence can name it: U+0007."""
    return f"U+{ord(character):04X}"


def _without_lone_joiners(text: str) -> str:
    """Without the joiners (ZWNJ and ZWJ) that stand where nothing can be joined."""
    while (kept := JOINER.sub(lambda found: found[0] if _joins(found[1]) else "", text)) != text:
        text = kept
    return text


@cache
def _joins(before: str | None) -> bool:
    if before is None or not unicodedata.category(before).startswith(JOINED_KINDS):
        return False
    return unicodedata.name(before, "").partition(" ")[0] not in UNJOINED
