"""Texts as their server took them, which was anything, in the form that texts have here."""

import html
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from lms.models.system.folding import key
from lms.moving.losses import Losses
from lms.schemas import text
from lms.schemas.fields import ADDRESS
from lms.services.authoring import markup

MOST_LINES = 1500
"""Of rich text: every line takes a tag, of which markup takes 2,000."""

BULLET = re.compile(r"^\s*(?:[-*•\u2013·▪✓✔]|\d{1,2}[.)])\s+")
SENTENCE = re.compile(r"(?<=[.!?।])\s+")

CLOUDINARY_PLAIN = "http://res.cloudinary.com/"
HTTPS = re.compile(r"https://[^\s/\x00-\x1f\x7f\"'<>\\]+(?:/[^\s\x00-\x1f\x7f\"'<>\\]*)?")

NAME, LINE, LEARNT, MOST_LISTED = 60, 120, 300, 30
TAG, MOST_TAGS = 40, 15


def plain(value: Any, most: int, losses: Losses, field: str) -> str:
    """Plain text of several lines, at most so long."""
    return _cut(_text(value, losses, field), most, losses, field)


def line(value: Any, most: int, losses: Losses, field: str) -> str:
    """The same in one line."""
    return _cut(text.one_line(_text(value, losses, field)), most, losses, field)


def name(value: Any, losses: Losses, field: str) -> str:
    """A part of somebody's name; it stands in mails, so it holds nothing that makes an address."""
    given = text.one_line(_text(value, losses, field))
    safe = text.clean(text.one_line(ADDRESS.sub(" ", given)))
    if safe != given or len(safe) > NAME:
        losses.add("name_changed", field)
    return safe[:NAME].rstrip()


def rich(value: Any, most: int, losses: Losses, field: str) -> str:
    """HTML that shows what was typed: their pages showed markup as text, so that is what it stays."""
    typed = _text(value, losses, field)
    short, shown = typed[:most], _shown(typed[:most])
    while len(shown) > most:
        short = short[: len(short) * most // len(shown) - 1]
        shown = _shown(short)
    if short != typed:
        losses.add("text_cut", field)
    return shown


def _shown(typed: str) -> str:
    lines = typed.split("\n")
    kept = [*lines[:MOST_LINES], " ".join(lines[MOST_LINES:])] if len(lines) > MOST_LINES else lines
    return markup.clean("<br>".join(html.escape(each, quote=False) for each in kept))


def _text(value: Any, losses: Losses, field: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        value = str(value)
    if not isinstance(value, str):
        losses.add("text_of_another_type", field)
        return ""
    readable = text.REFUSED.sub("", value)
    try:
        return text.clean(readable)
    except ValueError:
        # More accents on a letter than any script has.
        return text.clean("".join(each for each in readable if not unicodedata.combining(each)))


def _cut(value: str, most: int, losses: Losses, field: str) -> str:
    if len(value) <= most:
        return value
    losses.add("text_cut", field)
    return value[:most].rstrip()


def unfolded(value: Any) -> list[Any]:
    """The elements of a list that may be one, or hold one, written as JSON text."""
    elements = value if isinstance(value, list) else [] if value is None else [value]
    return [part for each in elements for part in _from_json(each)]


def _from_json(value: Any) -> list[Any]:
    if isinstance(value, list):
        return unfolded(value)
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            found = json.loads(value)
            return unfolded(found) if isinstance(found, list) else [value]
        except (ValueError, RecursionError):
            return [value]
    return [value]


def tags(value: Any, losses: Losses) -> list[str]:
    """The words a course is tagged with, each once."""
    words = [word for each in unfolded(value) for word in (each.split(",") if isinstance(each, str) else [each])]
    cleaned = [text.one_line(_text(word, losses, "tag")).lower() for word in words]
    fitting = {key(word): word for word in reversed(cleaned) if word and len(word) <= TAG}
    kept = list(fitting.values())[::-1]
    if any(len(word) > TAG for word in cleaned) or len(kept) > MOST_TAGS:
        losses.add("tags_dropped")
    return kept[:MOST_TAGS]


def learnt(value: Any, losses: Losses) -> list[str]:
    """What will be learnt, a line each, without its bullets."""
    texts = [_text(each, losses, "whatYouWillLearn") for each in unfolded(value)]
    lines = [BULLET.sub("", each).strip() for one in texts for each in one.split("\n")]
    pieces = [piece for each in lines if each for piece in pieces_of(each, LEARNT)]
    if len(pieces) > sum(1 for each in lines if each):
        losses.add("text_split", "whatYouWillLearn")
    return _first(pieces, losses, "whatYouWillLearn")


def instructions(value: Any, losses: Losses) -> list[str]:
    shown = [rich(each, 1000, losses, "instructions") for each in unfolded(value)]
    return _first([each for each in shown if each], losses, "instructions")


def _first(texts: list[str], losses: Losses, field: str) -> list[str]:
    if len(texts) > MOST_LISTED:
        losses.add("text_cut", field)
    return texts[:MOST_LISTED]


def pieces_of(long: str, most: int) -> list[str]:
    """A text in pieces of at most so many characters, ended where sentences or at least words end."""
    pieces: list[str] = []
    for part in _parts(long, most):
        if pieces and len(pieces[-1]) + 1 + len(part) <= most:
            pieces[-1] += f" {part}"
        else:
            pieces.append(part)
    return pieces if len(long) > most else [long]


def _parts(long: str, most: int) -> Iterable[str]:
    """Its sentences; of those that are too long the words, of words that are too long what fits."""
    for sentence in SENTENCE.split(long):
        for part in [sentence] if len(sentence) <= most else sentence.split():
            yield from (part[start : start + most] for start in range(0, len(part), most))


def https_address(value: Any) -> str | None:
    """An https address as it is, and one of Cloudinary's that was written without its s; none for all else."""
    if not isinstance(value, str):
        return None
    address = value.strip()
    if address.startswith(CLOUDINARY_PLAIN):
        address = f"https{address.removeprefix('http')}"
    return address if HTTPS.fullmatch(address) else None
