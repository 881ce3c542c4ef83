"""Courses, with the counters lists show."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, TEXT, IndexModel

from lms.models.base import Collection, Filter, Page, Ref, lookup, now
from lms.models.users import NAME

CourseStatus = Literal["draft", "in_review", "published", "archived"]
Level = Literal["beginner", "intermediate", "advanced", "all"]

EMPTY_HISTOGRAM = {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}

PRICE = {
    "$cond": [
        {"$eq": [{"$mod": ["$amount", 100]}, 0]},
        {"$toInt": {"$divide": ["$amount", 100]}},
        {"$divide": ["$amount", 100]},
    ]
}
"""The stored paise in rupees, whole where it can be."""

CARD: list[dict[str, Any]] = [
    *lookup("categories", "category", "category", {"id": "$_id", "name": 1}),
    *lookup("users", "instructor", "instructor", {"id": "$_id", "name": NAME, "image": 1}),
    {
        "$project": {
            "_id": 0,
            "id": "$_id",
            "title": 1,
            "description": 1,
            "thumbnail": 1,
            "price": PRICE,
            "currency": 1,
            "level": 1,
            "language": 1,
            "tags": 1,
            "category": 1,
            "instructor": 1,
            "ratingAverage": 1,
            "ratingCount": 1,
            "studentsCount": 1,
            "lessonsCount": {"$size": "$lessons"},
            "totalDuration": 1,
        }
    },
]


def card_with(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The stages of a card that shows these fields too."""
    return [*CARD[:-1], {"$project": {**CARD[-1]["$project"], **fields}}]


DETAILS = card_with({"whatYouWillLearn": 1, "instructions": 1, "ratingHistogram": 1, "status": 1})
OWN_CARD = card_with({"status": 1, "updatedAt": 1})


class Course(TypedDict):
    _id: ObjectId
    title: str
    description: str
    thumbnail: str | None
    amount: int
    currency: str
    level: Level
    language: str
    tags: Annotated[list[str], Ref("tags")]
    category: Annotated[ObjectId, Ref("categories")]
    instructor: Annotated[ObjectId, Ref("users")]
    whatYouWillLearn: list[str]
    instructions: list[str]
    status: CourseStatus
    lessons: Annotated[list[ObjectId], Ref("subsections")]
    totalDuration: int
    studentsCount: int
    ratingAverage: float
    ratingCount: int
    ratingHistogram: dict[str, int]
    createdAt: datetime
    updatedAt: datetime
    publishedAt: datetime | None
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class Courses(Collection[Course]):
    """`amount` is in paise, `totalDuration` in seconds; `lessons` are the live lesson ids in playing order."""

    name = "courses"
    fields = Course
    soft_delete = True
    indexes = (
        *(
            IndexModel([("status", ASCENDING), ("deletedAt", ASCENDING), (field, order), ("_id", DESCENDING)])
            for field, order in (
                ("publishedAt", DESCENDING),
                ("studentsCount", DESCENDING),
                ("ratingAverage", DESCENDING),
                ("amount", ASCENDING),
            )
        ),
        IndexModel([("category", ASCENDING), ("status", ASCENDING), ("publishedAt", DESCENDING)]),
        IndexModel([("instructor", ASCENDING), ("status", ASCENDING), ("updatedAt", DESCENDING)]),
        IndexModel(
            [("title", TEXT), ("tags", TEXT), ("description", TEXT)],
            weights={"title": 10, "tags": 5, "description": 1},
            default_language="english",
            language_override="textSearchLanguage",
            name="search",
        ),
    )

    def cards(self, where: Filter, sort: dict[str, Any], page: int, limit: int) -> Page[dict[str, Any]]:
        """A page of published courses."""
        return self.page({"status": "published", **where}, CARD, sort, page, limit)

    def own_cards(
        self, instructor_id: ObjectId, status: CourseStatus | None, page: int, limit: int
    ) -> Page[dict[str, Any]]:
        where = {"instructor": instructor_id, **({"status": status} if status else {})}
        return self.page(where, OWN_CARD, {"updatedAt": -1, "_id": -1}, page, limit)

    def some_cards(self, where: Filter, sort: dict[str, int], limit: int) -> list[dict[str, Any]]:
        order: list[dict[str, Any]] = [{"$sort": sort}, {"$limit": limit}]
        return self.aggregate({"status": "published", **where}, [*order, *CARD])

    def details(self, where: Filter) -> dict[str, Any] | None:
        found = self.aggregate(where, DETAILS)
        return found[0] if found else None

    def count_student(self, course_id: ObjectId, change: int) -> None:
        self.update({"_id": course_id}, {"$inc": {"studentsCount": change}})

    def move_rating(self, course_id: ObjectId, old: int | None, new: int | None) -> bool:
        """Count a rating that appeared, changed or went, and what follows from it; false without such a course."""
        if old == new:
            return True
        moves = {
            f"ratingHistogram.{stars}": {"$add": [f"$ratingHistogram.{stars}", step]}
            for stars, step in ((old, -1), (new, 1))
            if stars is not None
        }
        counts = [f"$ratingHistogram.{stars}" for stars in range(1, 6)]
        total = {"$add": [{"$multiply": [count, stars]} for stars, count in enumerate(counts, 1)]}
        average = {"$round": [{"$divide": [total, "$ratingCount"]}, 2]}
        return self.update(
            {"_id": course_id},
            [
                {"$set": moves},
                {"$set": {"ratingCount": {"$add": counts}}},
                {"$set": {"ratingAverage": {"$cond": [{"$gt": ["$ratingCount", 0]}, average, 0]}}},
            ],
        )

    def set_outline(self, course_id: ObjectId, lessons: list[ObjectId], total_duration: int) -> None:
        fields = {"lessons": lessons, "totalDuration": total_duration, "updatedAt": now()}
        self.update({"_id": course_id}, {"$set": fields})


def text_filter(words: str) -> Filter:
    """A filter that finds courses by any of the words; quotes and minus signs are words, not operators."""
    return {"$text": {"$search": re.sub(r'["\-]', " ", words)}}


courses = Courses()
