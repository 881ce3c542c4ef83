"""Their sections and lessons as ours; where each belongs only its parent's list says."""

import math
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.errors import VideoAddressRefused
from lms.models.authoring.subsections import Subsection
from lms.models.fields import defaults
from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became, made
from lms.moving.losses import Losses
from lms.moving.references import ids_in, named_again
from lms.moving.school import School
from lms.services.authoring import elsewhere

Document = Mapping[str, Any]

SECTION_WRITTEN = ("course", "sectionName", "position", "createdAt", "updatedAt")
LESSON_WRITTEN = (
    "course",
    "section",
    "title",
    "description",
    "duration",
    "preview",
    "kind",
    "videoUrl",
    "embedUrl",
    "position",
    "createdAt",
    "updatedAt",
)
DAY_SECONDS = 86_400


def section_became(old: ObjectId, document: Document, school: School) -> Became:
    losses = Losses()
    course_id = school.sections.get(old)
    if course_id is None:
        losses.add("section_orphaned")
        return Became(old, losses=losses.all())
    losses.add_all("field_not_taken", unknown("sections", document))
    _lessons_named(old, document, school, losses)
    position, at = school.section_places[old], made(old)
    section = read("sections", document)
    written = {
        "_id": old,
        "course": course_id,
        "sectionName": texts.line(section["name"], texts.LINE, losses, "sectionName") or f"Section {position + 1}",
        "opens": None,
        "position": position,
        "createdAt": at,
        "updatedAt": at,
    }
    return Became(old, written, losses=losses.all())


def _lessons_named(old: ObjectId, document: Document, school: School, losses: Losses) -> None:
    named = ids_in(read("sections", document)["lessons"])
    losses.add_all("lesson_unknown", (each for each in dict.fromkeys(named) if each not in school.lessons))
    elsewhere = (each for each in dict.fromkeys(named) if school.lessons.get(each, old) != old)
    losses.add_all("lesson_shared", elsewhere)
    losses.add_all("lesson_named_twice", named_again(named))


def lesson_became(old: ObjectId, document: Document, school: School) -> Became:
    losses = Losses()
    section_id = school.lessons.get(old)
    course_id = school.sections.get(section_id) if section_id else None
    if section_id is None or course_id is None:
        losses.add("lesson_orphaned")
        return Became(old, losses=losses.all())
    losses.add_all("field_not_taken", unknown("subsections", document))
    lesson, at = read("subsections", document), made(old)
    video = _video(lesson["video"], losses)
    position = school.lesson_places[old]
    written = {
        **defaults(Subsection),
        "_id": old,
        "course": course_id,
        "section": section_id,
        "title": texts.line(lesson["title"], texts.LINE, losses, "title") or f"Lesson {position + 1}",
        "description": texts.rich(lesson["description"], 5000, losses, "description"),
        "duration": _seconds(lesson["duration"], video, losses),
        "preview": False,
        **video,
        "position": position,
        "createdAt": at,
        "updatedAt": at,
    }
    return Became(old, written, losses=losses.all())


def _video(value: Any, losses: Losses) -> dict[str, str]:
    """What shows its video: the public address that it has, which plays from there until it has been protected."""
    if not value:
        return {}
    address = texts.https_address(value)
    try:
        shown = elsewhere.fields_for(address) if address else {}
    except VideoAddressRefused:
        shown = {}
    if not shown:
        losses.add("video_unusable")
    elif shown["kind"] == "embed":
        losses.add("video_embedded")
    return shown


def _seconds(value: Any, video: Mapping[str, str], losses: Losses) -> int:
    """The store's fractions of a second, as text; the most copied server never knew them."""
    try:
        seconds = float(value) if value is not None else 0
    except (TypeError, ValueError):
        seconds = 0
    if math.isfinite(seconds) and 0 < seconds < DAY_SECONDS:
        return max(1, round(seconds))
    if "videoUrl" in video:
        losses.add("duration_unknown")
    return 0
