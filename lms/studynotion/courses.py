"""Courses, their outline and their reviews as these frontends read them.

Branches read different places of one answer; where they disagree on a value, `A` in small is the branch with the
misspelt header, and `B` the main line.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bson import ObjectId

from lms.extensions import current_settings
from lms.services.authoring import markup
from lms.studynotion import texts
from lms.studynotion.people import alias, person

MOST_COUNTED = 100_000
"""How long a list may be of which only the length is looked at."""

STATUSES = {"published": "Published"}
"""Whatever is not public is a draft to them."""

LEARNERS = ("studentsEnrolled", "studentEnrolled", "studentsEnroled")
"""The spellings of the learners of a course; A has the first."""

Ours = Mapping[str, Any]
Address = Callable[[ObjectId], str]


def card(ours: Ours) -> dict[str, Any]:
    """A course in a list: of its ratings and learners only the number counts, and the mean."""
    return {
        "_id": ours["id"],
        "courseName": ours["title"],
        "courseDescription": markup.plain(ours["description"]),
        "instructor": person(ours["instructor"]),
        "ratingAndReviews": counted({"rating": ours["ratingAverage"]}, ours["ratingCount"]),
        "price": ours["price"] or 0,
        "thumbnail": ours["thumbnail"] or "",
        "category": category(ours["category"]),
        "studentsEnrolled": counted(0, ours["studentsCount"]),
        "status": STATUSES.get(ours.get("status", "published"), "Draft"),
        "tag": ours["tags"],
        "language": ours["language"],
        "level": ours["level"].title(),
        "courseContent": [],
        "createdAt": ours["id"].generation_time,
        "totalDuration": texts.duration(ours["totalDuration"]),
    }


def counted(each: Any, times: int) -> list[Any]:
    return [each] * min(times, MOST_COUNTED)


def category(ours: Ours | None) -> dict[str, Any] | None:
    if ours is None:
        return None
    return {"_id": ours["id"], "name": ours["name"], "description": ours.get("description", "")}


def details(ours: Ours, dialect: str, address: Address | None = None) -> dict[str, Any]:
    """A course with what is in it; `address` gives that of a lesson's video to those who may watch.

    What there is to learn is one text. The public page of A shows it without its line breaks; editors, which are given
    addresses, send it back as it is.
    """
    listed = _as_one_text if dialect == "A" else list
    between = " • " if dialect == "A" and address is None else "\n"
    return {
        **card(ours),
        "whatYouWillLearn": between.join(ours["whatYouWillLearn"]),
        "tag": listed(ours["tags"]),
        "instructions": listed([markup.plain(each) for each in ours["instructions"]]),
        "ratingAndReviews": [review(each) for each in ours["reviews"]],
        "courseContent": [section(each, address) for each in ours["sections"]],
        **dict.fromkeys(LEARNERS[:1] if dialect == "A" else LEARNERS, _learners(ours)),
    }


def spread(course: Ours) -> Ours:
    """A course as `data` itself, for the branch that reads it there and writes account types in small letters."""
    return course if current_settings().studynotion_account_types == "lower" else {}


def _as_one_text(values: Sequence[str]) -> list[str]:
    """A list in JSON as the one element of a list, which is how their server keeps it and A's pages parse it."""
    return [json.dumps(values, ensure_ascii=False)]


def _learners(ours: Ours) -> list[Any]:
    """The aliases of who attends, and zeros for those beyond them: their number is shown.

    In an order that says nothing: in that of their coming, lists that show names would tell whose each is.
    """
    known = sorted(alias(each) for each in ours.get("learners", ()))
    return known + counted(0, ours["studentsCount"] - len(known))


def section(ours: Ours, address: Address | None = None) -> dict[str, Any]:
    lessons = [lesson(each, address) for each in ours["subsections"]]
    return {"_id": ours["id"], "sectionName": ours["sectionName"], "subSection": lessons}


def lesson(ours: Ours, address: Address | None = None) -> dict[str, Any]:
    return {
        "_id": ours["id"],
        "title": ours["title"],
        "description": markup.plain(ours["description"]),
        "timeDuration": str(ours["duration"]),
        **dict.fromkeys(("videoUrl", "videoURL"), address(ours["id"]) if address and _playable(ours) else ""),
    }


def _playable(ours: Ours) -> bool:
    return ours["kind"] == "video" and not ours.get("locked")


def review(ours: Ours) -> dict[str, Any]:
    about = ours["course"] and {"_id": ours["course"]["id"], "courseName": ours["course"]["title"]}
    shown = {"_id": ours["id"], "rating": ours["rating"], "review": ours["review"]}
    return {**shown, "user": person(ours["user"]), "course": about, "createdAt": ours["createdAt"]}
