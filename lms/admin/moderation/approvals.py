"""What an author has changed, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from lms.admin.formats import NOTHING, many_html, rupees, seconds
from lms.controllers.moderation.approvals import Change, Part
from lms.models.authoring.subsections import LessonContent
from lms.models.catalogue.courses import CourseContent
from lms.models.fields import Label, Shown, marked
from lms.models.moderation.approvals import ApprovedSection

LABELS: dict[Part, dict[str, Label]] = {
    "course": marked(CourseContent, Label),
    "section": marked(ApprovedSection, Label),
    "lesson": marked(LessonContent, Label),
}
"""What a change is called and how it is shown, as the documents declare it."""

EXCHANGED = ("the approved one", "another one")
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
        Told(_what(each), each.kind, *EXCHANGED)
        if _how(each) == "medium" and each.before and each.after
        else Told(_what(each), each.kind, _shown(each, each.before, shelves), _shown(each, each.after, shelves))
        for each in changes
    ]


def _how(change: Change) -> Shown:
    return LABELS[change.part][change.field].shown if change.field else "text"


def _what(change: Change) -> str:
    field = LABELS[change.part][change.field].text if change.field else ""
    if change.part == "course":
        return field
    named = f"{change.part.title()} “{change.label}”"
    return f"{named}: {field.lower()}" if field else named


def _shown(change: Change, value: Any, shelves: Mapping[ObjectId, str]) -> str:
    if value is None or value == "":
        return NOTHING
    how = _how(change)
    if how == "rupees":
        return rupees(value)
    if how == "category":
        return shelves.get(value, "a category that is gone")
    if how == "seconds":
        return seconds.cell(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return many_html(value)
    return f"place {value}" if change.part == "section" and change.kind == "moved" else str(value)
