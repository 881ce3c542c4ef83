"""What HTML people may write; whatever else looks like a tag is text."""

import html
import re
from collections import defaultdict

import nh3

TAGS = {"a", "b", "blockquote", "br", "code", "em", "h3", "h4", "i", "li", "ol", "p", "pre", "strong", "u", "ul"}
ADDRESSES = {"http", "https", "mailto"}

UNCLOSED = {"br", "li", "p"}
"""Tags that need no end (HTML Standard, "Optional tags" and "Void elements")."""

NAME = r"[a-z_:][-\w:.]*+"
ATTRIBUTES = (
    rf"""(?:\s+{NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=`]++)"""
    rf"""(?:\s*+{NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=`]++)|\s+{NAME})*+)?"""
)
TAG = re.compile(rf"<(?:(?P<begun>{'|'.join(TAGS)}){ATTRIBUTES}\s*/?|/(?P<ended>{'|'.join(TAGS)})\s*)>", re.IGNORECASE)
"""The first attribute has a value: `<a lot of text>` is no link."""

BROKEN = re.compile(r"<br\s*/?>|</(?:p|li|h3|h4|pre|blockquote)>", re.IGNORECASE)
"""What a line ends with."""

LOOSE_AMPERSAND = re.compile(r"&(?!(?:[a-z][a-z0-9]*|#[0-9]+|#x[0-9a-f]+);)", re.IGNORECASE)
"""An ampersand that begins no character reference with its semicolon: `&copy=` in an address is three letters more."""

LONE_AMPERSAND = re.compile(r"&amp;(?=\s|$)")
"""An ampersand that cannot begin a character reference (HTML, "named character references")."""

MOST_CHARACTERS, MOST_TAGS = 100_000, 2000
"""What a parser is given: the time that nested tags take it grows with the square of their number."""


def clean(text: str) -> str:
    """HTML with the few tags that descriptions need, and nothing that runs, loads or styles.

    A tag of another name is shown as it was typed, and so is an end without a beginning, and a beginning without an
    end behind a letter (`Array<b>`). Raises ValueError for what would take too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError("This is too long.")
    marked = LOOSE_AMPERSAND.sub("&amp;", _with_other_tags_as_text(text))
    kept = nh3.clean(marked, tags=TAGS, attributes={"a": {"href"}}, url_schemes=ADDRESSES, link_rel="noopener nofollow")
    return LONE_AMPERSAND.sub("&", kept).replace("<pre>\n", "<pre>\n\n")


def words_in(text: str) -> str:
    """What clean HTML shows."""
    return html.unescape(TAG.sub(" ", text))


def plain(text: str) -> str:
    """The same in lines, as somebody would write it who cannot write HTML."""
    lines = html.unescape(TAG.sub("", BROKEN.sub("\n", text))).splitlines()
    return "\n".join(line.strip() for line in lines).strip()


def _with_other_tags_as_text(text: str) -> str:
    tags = list(TAG.finditer(text))
    if len(tags) > MOST_TAGS:
        raise ValueError("This has too many tags.")
    places = _places(tags)
    return re.sub("<", lambda found: "<" if found.start() in places else "&lt;", text)


def _places(tags: list[re.Match[str]]) -> set[int]:
    """Where the tags begin that are tags and no text."""
    places: set[int] = set()
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for tag in tags:
        name, place = (tag["begun"] or tag["ended"]).lower(), tag.start()
        if tag["begun"]:
            waiting[name].append(place)
            places |= {place} if name in UNCLOSED or not tag.string[place - 1 : place].isalnum() else set()
        elif waiting[name]:
            places |= {waiting[name].pop(), place}
    return places
