"""Texts and lists between the HTML and the lists that are stored and what these frontends show and send."""

import html
from typing import Any

from lms.moving import texts as theirs

MOST_CHARACTERS = 300
"""Of one thing to learn."""


def rich(text: str) -> str:
    """Plain text as the HTML that shows it."""
    return "<br>".join(html.escape(text, quote=False).splitlines())


def lines_of(text: str) -> list[str]:
    """One text as a list by its lines, without their bullets; what is too long for one is parted at its sentences."""
    lines = [theirs.BULLET.sub("", line).strip() for line in text.splitlines()]
    return [part for line in lines if line for part in theirs.pieces_of(line, MOST_CHARACTERS)]


def unfolded(value: Any) -> list[str]:
    """A list that came as one, as its JSON, or as a list of such: their editors send back what they were given."""
    return [text for each in theirs.unfolded(value) if (text := str(each).strip())]


def duration(seconds: int) -> str:
    """A length as they show it: `2h 51m`, `3m 20s`, `45s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"
