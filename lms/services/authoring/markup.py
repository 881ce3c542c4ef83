"""What HTML people may write, and none where text is plain."""

import html
import re
from typing import Any

import nh3

TAGS = {"a", "b", "blockquote", "br", "code", "em", "h3", "h4", "i", "li", "ol", "p", "pre", "strong", "u", "ul"}
ADDRESSES = {"http", "https", "mailto"}

LONE_AMPERSAND = re.compile(r"&amp;(?=\s|$)")
"""An ampersand that cannot begin a character reference (HTML, "named character references")."""

MOST_CHARACTERS, MOST_TAGS = 100_000, 2000
"""What a parser is given: the time that nested tags take it grows with the square of their number."""


def clean(text: str) -> str:
    """HTML with the few tags that descriptions need, and nothing that runs, loads or styles."""
    if not nh3.is_html(text):
        text = text.replace("<", "&lt;")  # a comparison, which a parser would take for a tag cut short
    kept = _parsed(text, tags=TAGS, attributes={"a": {"href"}}, url_schemes=ADDRESSES, link_rel="noopener nofollow")
    return LONE_AMPERSAND.sub("&", kept)


def plain(text: str) -> str:
    """The text without any tags, also such as appear once character references are read."""
    while nh3.is_html(text) or nh3.is_html(html.unescape(text)):
        text = html.unescape(_parsed(text, tags=set()))
    return text


def _parsed(text: str, **kept: Any) -> str:
    """The text with only what is `kept`; raises ValueError when it would take too long."""
    if len(text) > MOST_CHARACTERS or text.count("<") > MOST_TAGS:
        raise ValueError("This is too long or has too many tags.")
    return nh3.clean(text, **kept)
