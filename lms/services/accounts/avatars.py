"""Pictures for people who have given none: their initials on a colour."""

import hashlib
import unicodedata
from html import escape

COLOURS = ("#a4262c", "#a33d00", "#7a5600", "#3f6b16", "#0b6a5b", "#1a5fa8", "#4a4fb5", "#7b3fa0", "#a3246f", "#54606b")

LETTERS = {"Lu", "Ll", "Lt", "Lo"}
"""Not Lm: the mark that opens many Hawaiian names is a letter to Unicode, but nobody's initial."""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img"><title>{initials}</title>'
    '<rect width="96" height="96" fill="{colour}"/>'
    '<text x="48" y="48" dy=".35em" text-anchor="middle" font-family="system-ui, sans-serif" font-size="38" '
    'font-weight="500" fill="#fff">{initials}</text></svg>'
)


def initials(first_name: str, last_name: str) -> str:
    """The first letter of each name, upper-cased; of a name without letters, its first visible character."""
    return _initial(first_name) + _initial(last_name)


def draw(first_name: str, last_name: str, seed: str) -> bytes:
    """The initials as a square SVG, on a colour that the seed always chooses alike."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest())
    text = escape(initials(first_name, last_name))
    return SVG.format(initials=text, colour=COLOURS[number % len(COLOURS)]).encode()


def _initial(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    kinds = [unicodedata.category(character) for character in name]
    letters = [place for place, kind in enumerate(kinds) if kind in LETTERS]
    visible = [place for place, kind in enumerate(kinds) if kind[0] in "LNPS"]
    if not visible:
        return ""
    start = end = (letters or visible)[0]
    while end + 1 < len(name) and kinds[end + 1][0] == "M":
        end += 1
    return name[start].upper() + name[start + 1 : end + 1]
