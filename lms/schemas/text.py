"""Text as people type and paste it: in one form, without what nobody can see, and otherwise as it was typed."""

import re
import unicodedata

import regex

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

SHAPED = regex.compile(
    r"[[\p{L}\p{M}--[\p{Latin}\p{Greek}\p{Cyrillic}\p{Armenian}\p{Georgian}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
    r"\p{Bopomofo}\p{Common}\p{Inherited}]]\p{So}\p{Sk}\p{Cn}\p{Extended_Pictographic}\ufe0f]",
    regex.VERSION1,
)
"""Letters of scripts in which a neighbour's joiner is seen, and pictures."""

JOINERS = re.compile("[\u200c\u200d]+")

SEEN = regex.compile(r"[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}\u2800]")
"""What leaves a trace: no blank, and no mark, which needs a letter; Braille's pattern without a dot is a blank, too."""

REFUSED = regex.compile(r"[\p{Cc}\p{Cs}--\t\n\v\f\r\x85]", regex.VERSION1)
"""Control characters and halves of surrogate pairs, but tabs and what ends a line."""


def clean(value: str) -> str:
    """The text with line feeds for every line break, composed (NFC), without invisible characters and outer blanks.

    Joiners stay where a script or an emoji is written with them, tag characters where they make a flag. What shows
    nothing at all becomes the empty string. Raises ValueError, which names the character, for other control
    characters, halves of surrogate pairs and long runs of combining marks, on which composing takes its time squared.
    """
    if found := REFUSED.search(value):
        raise ValueError(f"Character {found.start() + 1:,}, {named(found[0])}, cannot be used.")
    text = composed(without_invisible(LINE_BREAK.sub("\n", value))).strip()
    return text if shows_something(text) else ""


def without_invisible(value: str) -> str:
    """The text without the characters that show nothing and mean nothing where they stand."""
    text = FLAG.sub(lambda found: found[1] or "", MEANINGLESS.sub("", value))
    return JOINERS.sub(_joining, text)


def _joining(found: re.Match[str]) -> str:
    """The joiners (ZWNJ, ZWJ) that were found, unless there is nothing to join on either side."""
    start, end = found.span()
    letter = start - 1
    while letter > max(0, start - MOST_MARKS) and unicodedata.category(found.string[letter])[0] == "M":
        letter -= 1
    before, after = found.string[max(0, letter) : start], found.string[end : end + 1]
    return found[0] if SHAPED.search(before) or SHAPED.match(after) else ""


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
    return SEEN.search(text) is not None


def named(character: str) -> str:
    """A character as a sentence can name it: U+0007."""
    return f"U+{ord(character):04X}"
