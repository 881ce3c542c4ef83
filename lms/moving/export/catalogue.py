"""Categories, courses and their lessons as theirs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from bson import ObjectId

from lms.models.authoring.sections import Section
from lms.models.authoring.subsections import Kind, Subsection
from lms.models.catalogue.categories import Category
from lms.models.catalogue.courses import Course
from lms.moving.export.people import absolute
from lms.services.authoring import cloudinary, markup

Document = dict[str, Any]
Lists = Literal["plain", "json"]
"""How tags and instructions are kept: as lists, or as the one text in a list that the branch A's pages parse."""

KEPT: frozenset[Kind] = frozenset({"video", "text", "embed"})
"""Lessons that there is a place for."""


def category(ours: Category, courses: Iterable[ObjectId]) -> Document:
    """`courses` are those that are on sale."""
    return {
        "_id": ours["_id"],
        "name": ours["name"],
        "description": ours["description"],
        "courses": list(courses),
        "__v": 0,
    }


def course(
    ours: Course,
    sections: Sequence[Section],
    students: Iterable[ObjectId],
    reviews: Iterable[ObjectId],
    lists: Lists,
) -> Document:
    """Without a price or a category where it has none; only what is published counts as that.

    `level` and `language` are known to some branches.
    """
    amount = ours["amount"]
    known: dict[str, Any] = {
        "price": None if amount is None else amount // 100 if amount % 100 == 0 else amount / 100,
        "thumbnail": absolute(ours["thumbnail"]) if ours["thumbnail"] else None,
        "category": ours["category"],
    }
    return {
        "_id": ours["_id"],
        "courseName": ours["title"],
        "courseDescription": markup.plain(ours["description"]),
        "instructor": ours["instructor"],
        "whatYouWillLearn": "\n".join(ours["whatYouWillLearn"]),
        "courseContent": [each["_id"] for each in sections],
        "ratingAndReviews": list(reviews),
        **{name: value for name, value in known.items() if value is not None},
        "tag": _listed(ours["tags"], lists),
        "studentsEnrolled": list(students),
        "instructions": _listed([markup.plain(each) for each in ours["instructions"]], lists),
        "level": ours["level"],
        "language": ours["language"],
        "status": "Published" if ours["status"] == "published" else "Draft",
        "createdAt": ours["createdAt"],
        "updatedAt": ours["updatedAt"],
        "__v": 0,
    }


def _listed(values: Sequence[str], lists: Lists) -> list[str]:
    return [json.dumps(values, ensure_ascii=False)] if lists == "json" else list(values)


def section(ours: Section, lessons: Iterable[Subsection]) -> Document:
    subsections = [each["_id"] for each in lessons]
    return {"_id": ours["_id"], "sectionName": ours["sectionName"], "subSection": subsections, "__v": 0}


def lesson(ours: Subsection, formats: Mapping[str, str]) -> Document:
    """What is to be read, or the page to be looked at, stands in the description: every lesson there is a video.

    `formats` says by its id what kind of file each video at our media store is.
    """
    video = _video(ours, formats)
    beside = [markup.plain(ours["text"])] if ours["text"] else [ours["embedUrl"]] if ours["embedUrl"] else []
    return {
        "_id": ours["_id"],
        "title": ours["title"],
        "timeDuration": str(ours["duration"]),
        "description": "\n\n".join(filter(None, [markup.plain(ours["description"]), *beside])),
        **({"videoUrl": video} if video else {}),
        "__v": 0,
    }


def _video(ours: Subsection, formats: Mapping[str, str]) -> str | None:
    if ours["videoPublicId"]:
        return cloudinary.lasting_address(ours["videoPublicId"], formats.get(ours["videoPublicId"], "mp4"))
    return ours["videoUrl"]
