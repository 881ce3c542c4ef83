"""Courses on their way to and from their authors: the fields of the forms, and what the editors are given back."""

from collections.abc import Mapping
from typing import Any

from lms.studynotion import courses, texts
from lms.studynotion.asking import Ask
from lms.studynotion.watching import address_for

FIELDS = {
    "title": "courseName",
    "description": "courseDescription",
    "price": "price",
    "category": "category",
    "tags": "tag",
    "whatYouWillLearn": "whatYouWillLearn",
    "instructions": "instructions",
    "level": "courseLevel",
    "language": "courseLanguage",
}
"""Our fields and what they are called there."""

NOTHING = ("undefined", "null", "[object Object]")
"""What a browser writes into a form for something that is no text; none of it was typed by anybody."""

NEVER_TYPED = ("category", "tags", "instructions")


def fields(ask: Ask) -> dict[str, Any]:
    """What was sent of a course in our own terms, without what their editors send by accident."""
    given = ask.fields(FIELDS)
    meant = {name: value for name, value in given.items() if name not in NEVER_TYPED or value not in NOTHING}
    return {name: READ[name](value) if name in READ else value for name, value in meant.items()}


def rich(value: Any) -> Any:
    """Plain text as HTML; what is no text is for our form to refuse."""
    return texts.rich(value) if isinstance(value, str) else value


def _lines(value: Any) -> list[str]:
    return [line for text in texts.unfolded(value) for line in texts.lines_of(text)]


def _instructions(value: Any) -> list[str]:
    return [texts.rich(each) for each in texts.unfolded(value)]


def _level(value: Any) -> Any:
    """A level in small letters; one branch writes `Advance`, another `Adavance`."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return "advanced" if word.startswith(("adv", "ada")) else word


READ = {
    "description": rich,
    "tags": texts.unfolded,
    "whatYouWillLearn": _lines,
    "instructions": _instructions,
    "level": _level,
}


def course(ask: Ask, ours: Mapping[str, Any]) -> dict[str, Any]:
    """A course as its editor reads it, with the addresses of its videos."""
    return courses.details(ours, ask.dialect, address_for(ask.caller))


def section(ask: Ask, ours: Mapping[str, Any]) -> dict[str, Any]:
    """A section as its editor reads it, with the addresses of its videos."""
    return courses.section(ours, address_for(ask.caller))
