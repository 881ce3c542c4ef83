"""What an author has changed, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from lms.admin.formats import NOTHING, many_html, rupees, seconds
from lms.controllers.moderation.approvals import Change

FIELDS = {
    "title": "Title",
    "description": "Description",
    "thumbnail": "Picture",
    "amount": "Price",
    "level": "Level",
    "language": "Language",
    "tags": "Tags",
    "category": "Category",
    "whatYouWillLearn": "What you will learn",
    "instructions": "Instructions",
    "name": "Name",
    "duration": "Length",
    "preview": "Can be watched by everyone",
    "videoPublicId": "Video",
}


VIDEOS = ("the approved one", "another one")
"""Their ids say nothing to anybody."""


@dataclass(frozen=True)
class Told:
    """One line of the table of changes; `kind` also styles it."""

    what: str
    kind: str
    before: str
    after: str


def told(changes: Iterable[Change], shelves: Mapping[ObjectId, str]) -> list[Told]:
    """The changes as lines; `shelves` are the names of the categories."""
    return [
        Told(_what(each), each.kind, *VIDEOS)
        if each.field == "videoPublicId" and each.before and each.after
        else Told(_what(each), each.kind, _shown(each, each.before, shelves), _shown(each, each.after, shelves))
        for each in changes
    ]


def _what(change: Change) -> str:
    field = FIELDS[change.field] if change.field else ""
    if change.part == "course":
        return field
    named = f"{change.part.title()} “{change.label}”"
    return f"{named}: {field.lower()}" if field else named


def _shown(change: Change, value: Any, shelves: Mapping[ObjectId, str]) -> str:
    if value is None or value == "":
        return NOTHING
    if change.field == "amount":
        return rupees(value)
    if change.field == "category":
        return shelves.get(value, "a category that is gone")
    if change.field == "duration":
        return seconds.cell(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return many_html(value)
    return f"place {value}" if change.part == "section" and change.kind == "moved" else str(value)
