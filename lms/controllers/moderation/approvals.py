"""What staff approved of a course, and what its author has changed since."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, Literal

from bson import ObjectId

from lms.models.authoring import course_states
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import LessonContent, subsections
from lms.models.catalogue.courses import Course, CourseContent
from lms.models.fields import defaults, fields_of
from lms.models.moderation.approvals import (
    Approval,
    ApprovedLesson,
    Content,
    content_of,
    course_approvals,
)

Part = Literal["course", "section", "lesson"]
Kind = Literal["added", "removed", "moved", "changed"]
Placed = dict[ObjectId, tuple[ApprovedLesson, ObjectId, str]]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `field` is the stored name of what changed; of a move the two are places such as `Basics, 2`."""

    part: Part
    kind: Kind
    label: str
    field: str | None = None
    before: Any = None
    after: Any = None


def keep(course: Course, by: ObjectId | None) -> None:
    """Take the course as it is for approved; part of the transaction that decides so."""
    course_approvals.keep(course["_id"], content(course), by)
    course_states.settle(course["_id"])


def content(course: Course) -> Content:
    """The course with its outline, as it is now."""
    return content_of(course, sections.of_course(course["_id"]), subsections.of_course(course["_id"]))


def last_approval(course_id: ObjectId) -> Approval | None:
    """What was approved of the course last; none when it never was."""
    return course_approvals.get({"_id": course_id})


def compare(before: Content | Approval, after: Content) -> list[Change]:
    """What differs, in the order of the course's page."""
    return [*_fields(before, after), *_sections(before, after), *_lessons(before, after)]


def told(changes: Iterable[Change]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The differences before and after, as the audit log keeps them: under what it is that differs."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in changes:
        name = _free(_named(change), before)
        before[name], after[name] = _values(change)
    return before, after


def _named(change: Change) -> str:
    if change.part == "course":
        return change.label
    return f"{change.part} {change.label}" + (f": {change.field}" if change.field else "")


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """The name, numbered where another lesson or section has the same."""
    numbered = (f"{name} ({number})" for number in count(2))
    return next(each for each in chain([name], numbered) if each not in taken)


def _values(change: Change) -> tuple[Any, Any]:
    """Before and after; a section that came or went has no place of its own to tell."""
    if change.part == "section" and change.kind in ("added", "removed"):
        return (None, change.label) if change.kind == "added" else (change.label, None)
    return change.before, change.after


def _fields(before: Content | Approval, after: Content) -> Iterator[Change]:
    for name, was, value in _differences(before["fields"], after["fields"], CourseContent):
        yield Change("course", "changed", name, name, was, value)


def _sections(before: Content | Approval, after: Content) -> Iterator[Change]:
    were = {section["id"]: section["name"] for section in before["sections"]}
    are = {section["id"]: section["name"] for section in after["sections"]}
    old_order = list(were)
    moved = _moved(old_order, list(are))
    for place, (section_id, name) in enumerate(are.items(), 1):
        if section_id not in were:
            yield Change("section", "added", name)
        elif were[section_id] != name:
            yield Change("section", "changed", name, "name", were[section_id], name)
        if section_id in moved:
            yield Change("section", "moved", name, None, old_order.index(section_id) + 1, place)
    for section_id, name in were.items():
        if section_id not in are:
            yield Change("section", "removed", name)


def _lessons(before: Content | Approval, after: Content) -> Iterator[Change]:
    were, are = _placed(before), _placed(after)
    for lesson_id, (lesson, section_id, place) in are.items():
        if lesson_id not in were:
            yield Change("lesson", "added", lesson["title"], None, None, place)
            continue
        was, old_section_id, old_place = were[lesson_id]
        if section_id != old_section_id or lesson_id in _moved(_within(were, section_id), _within(are, section_id)):
            yield Change("lesson", "moved", lesson["title"], None, old_place, place)
        yield from _lesson(was, lesson)
    for lesson_id, (lesson, _, place) in were.items():
        if lesson_id not in are:
            yield Change("lesson", "removed", lesson["title"], None, place, None)


def _lesson(before: ApprovedLesson, after: ApprovedLesson) -> Iterator[Change]:
    for name, was, value in _differences(before, after, LessonContent):
        yield Change("lesson", "changed", after["title"], name, was, value)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], content: type) -> Iterator[tuple[str, Any, Any]]:
    """The declared fields that differ, with both values; one that is younger than the approval was at its default."""
    fresh = defaults(content)
    for name in fields_of(content):
        was, is_now = (state.get(name, fresh.get(name)) for state in (before, after))
        if was != is_now:
            yield name, was, is_now


def _placed(content: Content | Approval) -> Placed:
    """Every lesson with its section and what people call its place."""
    return {
        lesson["id"]: (lesson, section["id"], f"{section['name']}, {place}")
        for section in content["sections"]
        for place, lesson in enumerate(section["lessons"], 1)
    }


def _within(placed: Placed, section_id: ObjectId) -> list[ObjectId]:
    return [lesson_id for lesson_id, (_, found, _) in placed.items() if found == section_id]


def _moved(before: list[ObjectId], after: list[ObjectId]) -> set[ObjectId]:
    """The fewest whose going elsewhere makes the one order of what is in both the other."""
    ranks = [before.index(each) for each in after if each in before]
    return {before[rank] for rank in ranks} - {before[rank] for rank in _longest_rise(ranks)}


def _longest_rise(ranks: list[int]) -> list[int]:
    """A longest ascending part of the numbers (patience sorting)."""
    ends: list[int] = []
    rises: list[list[int]] = []
    for rank in ranks:
        pile = bisect_left(ends, rank)
        rise = [*(rises[pile - 1] if pile else []), rank]
        ends[pile : pile + 1], rises[pile : pile + 1] = [rank], [rise]
    return rises[-1] if rises else []
