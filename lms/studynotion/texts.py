"""Texts and lists between the HTML and the lists that are stored and what these frontends show and send."""

import html
import json
import re
from collections.abc import Iterable
from typing import Any

BULLETS = re.compile(r"^\s*(?:[-*\u2022\u2023\u2013]|\d+[.)])\s+")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
MOST_CHARACTERS = 300
MOST_DEPTH = 3


def rich(text: str) -> str:
    """Plain text as the HTML that shows it."""
    return "<br>".join(html.escape(text, quote=False).splitlines())


def lines_of(text: str) -> list[str]:
    """One text as a list by its lines, without their bullets; what is too long for one is parted at its sentences."""
    lines = [BULLETS.sub("", line).strip() for line in text.splitlines()]
    return [part for line in lines if line for part in _parted(line)]


def _parted(line: str) -> Iterable[str]:
    part = ""
    for sentence in SENTENCE.split(line):
        if part and len(part) + 1 + len(sentence) > MOST_CHARACTERS:
            yield part
            part = ""
        part = f"{part} {sentence}".strip()
    yield part


def unfolded(value: Any) -> list[str]:
    """A list that came as one, as its JSON, or as a list of such: their editors send back what they were given."""
    try:
        return _unfolded(value, 0)
    except RecursionError:  # nested deeper than anybody's list
        return [value] if isinstance(value, str) else []


def _unfolded(value: Any, depth: int) -> list[str]:
    if isinstance(value, list):
        return [each for item in value for each in _unfolded(item, depth + 1)]
    text = str(value).strip()
    if depth <= MOST_DEPTH and text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            return [text]
        return _unfolded(found, depth + 1)
    return [text] if text else []


def duration(seconds: int) -> str:
    """A length as they show it: `2h 51m`, `3m 20s`, `45s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"
