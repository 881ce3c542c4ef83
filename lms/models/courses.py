"""Courses, with the counters lists show."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Filter, Page, Ref, now
from lms.models.course_cards import CARD, DETAILS, OWN_CARD
from lms.models.course_search import SEARCH_INDEX
from lms.models.course_search import searchable as searchable

CourseStatus = Literal["draft", "in_review", "published", "archived"]
OwnStatus = Literal[CourseStatus, "deleted"]
Level = Literal["beginner", "intermediate", "advanced", "all"]

EMPTY_HISTOGRAM = {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}


class Rejection(TypedDict):
    reason: str
    at: datetime
    by: ObjectId | None


class Course(TypedDict):
    _id: ObjectId
    title: str
    description: str
    titlePrefixes: str
    descriptionText: str
    thumbnail: str | None
    amount: int | None
    currency: str
    level: Level
    language: str
    tags: Annotated[list[str], Ref("tags")]
    category: Annotated[ObjectId | None, Ref("categories")]
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
    submittedAt: NotRequired[datetime]
    rejection: NotRequired[Rejection]
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
        IndexModel(
            [
                ("category", ASCENDING),
                ("status", ASCENDING),
                ("deletedAt", ASCENDING),
                ("publishedAt", DESCENDING),
                ("_id", DESCENDING),
            ]
        ),
        IndexModel([("instructor", ASCENDING), ("status", ASCENDING), ("updatedAt", DESCENDING)]),
        SEARCH_INDEX,
    )

    def cards(self, where: Filter, sort: dict[str, Any], page: int, limit: int) -> Page[dict[str, Any]]:
        """A page of published courses."""
        return self.page({"status": "published", **where}, CARD, sort, page, limit)

    def own_cards(
        self, instructor_id: ObjectId, status: OwnStatus | None, page: int, limit: int
    ) -> Page[dict[str, Any]]:
        where: dict[str, Any] = {"instructor": instructor_id}
        if status == "deleted":
            where["deletedAt"] = {"$ne": None}
        elif status:
            where["status"] = status
        return self.page(where, OWN_CARD, {"updatedAt": -1, "_id": -1}, page, limit)

    def shelf(self, into: str, where: Filter, sort: dict[str, int], limit: int) -> dict[str, Any]:
        """The stage that puts the cards of some published courses at `into`."""
        published = {"$match": self.live({"status": "published", **where})}
        pipeline = [published, {"$sort": sort}, {"$limit": limit}, *CARD]
        return {"$lookup": {"from": self.name, "pipeline": pipeline, "as": into}}

    def details(self, where: Filter) -> dict[str, Any] | None:
        found = self.aggregate(where, DETAILS)
        return found[0] if found else None

    def count_student(self, course_id: ObjectId, change: int) -> bool:
        """Count a student who came or went; false without such a course."""
        return self.update({"_id": course_id}, {"$inc": {"studentsCount": change}})

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

    def edit(self, course_id: ObjectId, fields: dict[str, Any]) -> Course | None:
        return self.change({"_id": course_id}, {"$set": {**fields, "updatedAt": now()}})

    def set_outline(self, course_id: ObjectId, lessons: list[ObjectId], total_duration: int) -> Course | None:
        """Note the lessons there are now; the course as it was before."""
        fields = {"lessons": lessons, "totalDuration": total_duration, "updatedAt": now()}
        return self.raw.find_one_and_update(self.live({"_id": course_id}), {"$set": fields})


def new_course(instructor_id: ObjectId, fields: dict[str, Any]) -> Course:
    """A draft that nobody attends, with these fields."""
    moment = now()
    course: Any = {
        "thumbnail": None,
        "amount": None,
        "currency": "INR",
        "level": "all",
        "language": "English",
        "tags": [],
        "category": None,
        "instructor": instructor_id,
        "whatYouWillLearn": [],
        "instructions": [],
        "status": "draft",
        "lessons": [],
        "totalDuration": 0,
        "studentsCount": 0,
        "ratingAverage": 0,
        "ratingCount": 0,
        "ratingHistogram": {**EMPTY_HISTOGRAM},
        "createdAt": moment,
        "updatedAt": moment,
        "publishedAt": None,
        **fields,
    }
    made: Course = course
    return made


courses = Courses()
