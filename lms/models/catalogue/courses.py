"""Courses, with the counters lists show."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.accounts.sessions import written_by
from lms.models.base import Collection, Filter, Page, now
from lms.models.catalogue.course_cards import CARD, DETAILS, OWN_CARD, read_cards
from lms.models.catalogue.course_search import SEARCH_INDEX
from lms.models.catalogue.course_search import searchable as searchable
from lms.models.fields import Bounds, Default, Label, Ref, defaults
from lms.models.freshness import Listed, Shown, read_list
from lms.models.merging import Follows
from lms.models.stages import AT_ANY_TIME
from lms.models.system.finding import having
from lms.models.system.folding import key

CourseStatus = Literal["draft", "in_review", "published", "archived"]
OwnStatus = Literal[CourseStatus, "deleted"]
Level = Literal["beginner", "intermediate", "advanced", "all"]

IN_REVIEW = {"status": "in_review"}
CHANGED = {"status": "published", "changedAt": AT_ANY_TIME}
FEATURED = {"featuredAt": AT_ANY_TIME}

BY_TITLE = [("deletedAt", ASCENDING), ("title", ASCENDING), ("_id", ASCENDING)]
SEARCHED = [("deletedAt", ASCENDING), ("searchText", ASCENDING), ("_id", ASCENDING)]
MOST_TITLED = 1000
MOST_CO_AUTHORS = 20

WORDS = frozenset({"titleText", "titlePrefixes", "tagText", "descriptionText"})
"""The fields that words are looked for in."""

LISTED_BY = frozenset(
    {
        *WORDS,
        "status",
        "deletedAt",
        "tagKeys",
        "category",
        "instructor",
        "level",
        "languageKey",
        "amount",
        "publishedAt",
        "featuredAt",
        "studentsCount",
        "ratingAverage",
    }
)
"""The fields that public lists are chosen or sorted by."""

PUBLIC_LISTS = Listed(LISTED_BY, {"status": "published", "deletedAt": None})


class Rejection(TypedDict):
    reason: str
    at: datetime
    by: ObjectId | None


class OpeningFigures(TypedDict):
    """What the system that a course was moved in from showed of it: learners, and their number times the price.

    `amount` is in paise. Nobody's money is meant: it is no revenue and stands in no ledger.
    """

    students: Annotated[int, Bounds(0)]
    amount: Annotated[int, Bounds(0)]


class CourseContent(TypedDict):
    """What an author makes a course of: what staff approve, and are shown the changes of."""

    title: Annotated[str, Label("Title")]
    description: Annotated[str, Label("Description")]
    thumbnail: Annotated[str | None, Default(None), Label("Picture")]
    amount: Annotated[int | None, Default(None), Bounds(0), Label("Price", "rupees")]
    level: Annotated[Level, Default("all"), Label("Level")]
    language: Annotated[str, Default("English"), Label("Language")]
    tags: Annotated[list[str], Default([]), Ref("tags"), Label("Tags")]
    category: Annotated[ObjectId | None, Default(None), Ref("categories"), Label("Category", "category")]
    whatYouWillLearn: Annotated[list[str], Default([]), Label("What you will learn")]
    instructions: Annotated[list[str], Default([]), Label("Instructions")]


class Course(CourseContent):
    """`tagKeys` and `languageKey` are what tags and languages are compared by; words are looked for in the texts."""

    _id: ObjectId
    titleText: str
    titlePrefixes: str
    tagText: list[str]
    tagKeys: list[str]
    descriptionText: str
    searchText: str
    languageKey: Annotated[str, Default("english")]
    currency: Annotated[str, Default("INR")]
    instructor: Annotated[ObjectId, Ref("users")]
    coAuthors: Annotated[list[ObjectId], Default([]), Ref("users")]
    status: Annotated[CourseStatus, Default("draft")]
    lessons: Annotated[list[ObjectId], Default([]), Ref("subsections")]
    requiredLessons: Annotated[list[ObjectId], Default([]), Ref("subsections")]
    restricted: Annotated[bool, Default(False)]
    totalDuration: Annotated[int, Default(0)]
    studentsCount: Annotated[int, Default(0)]
    ratingAverage: Annotated[float, Default(0)]
    ratingCount: Annotated[int, Default(0)]
    ratingHistogram: Annotated[dict[str, int], Default({"1": 0, "2": 0, "3": 0, "4": 0, "5": 0})]
    createdAt: datetime
    updatedAt: datetime
    publishedAt: Annotated[datetime | None, Default(None)]
    submittedAt: NotRequired[datetime]
    rejection: NotRequired[Rejection]
    withdrawnFrom: NotRequired[Literal["published", "in_review"]]
    revision: NotRequired[int]
    changedAt: NotRequired[datetime]
    featuredAt: NotRequired[datetime]
    opening: NotRequired[OpeningFigures]
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class Courses(Collection[Course]):
    """`amount` is in paise, `totalDuration` in seconds; `lessons` are the live lesson ids in playing order.

    `requiredLessons` are those of them that completing the course takes; `restricted` is whether any opens later.
    `revision` grows with every edit and every move between states; `changedAt` is the first edit since the approval.
    `withdrawnFrom` is what a course was that was archived because its author was suspended or left.
    """

    name = "courses"
    fields = Course
    personal = "instructor"
    on_merge = {"instructor": Follows(), "coAuthors": Follows()}
    withheld = WORDS | {"tagKeys", "languageKey", "searchText"}
    soft_delete = True
    seen = (Shown("course/{_id}"), PUBLIC_LISTS)
    audited = True
    unrecorded = withheld
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
        *(
            IndexModel([(field, ASCENDING), ("status", ASCENDING), ("updatedAt", DESCENDING)])
            for field in ("instructor", "coAuthors")
        ),
        *(
            IndexModel([("deletedAt", ASCENDING), (field, DESCENDING), ("_id", DESCENDING)])
            for field in ("updatedAt", "studentsCount")
        ),
        IndexModel(BY_TITLE),
        IndexModel(SEARCHED),
        *(
            IndexModel(
                [("status", ASCENDING), ("deletedAt", ASCENDING), (field, ASCENDING), ("_id", ASCENDING)],
                partialFilterExpression={field: {"$exists": True}},
            )
            for field in ("submittedAt", "changedAt")
        ),
        IndexModel([("featuredAt", DESCENDING)], partialFilterExpression={"featuredAt": {"$exists": True}}),
        IndexModel("tags"),
        IndexModel("tagKeys"),
        SEARCH_INDEX,
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["title"])

    def cards(self, where: Filter, sort: dict[str, Any], page: int, limit: int) -> Page[dict[str, Any]]:
        """A page of published courses."""
        found = self.page({"status": "published", **where}, CARD, sort, page, limit)
        read_list(self.name, PUBLIC_LISTS, where, sort, words=WORDS)
        read_cards(found.items)
        return found

    def own_cards(
        self, instructor_id: ObjectId, status: OwnStatus | None, page: int, limit: int
    ) -> Page[dict[str, Any]]:
        where = written_by(instructor_id)
        if status == "deleted":
            where["deletedAt"] = {"$ne": None}
        elif status:
            where["status"] = status
        return self.page(where, OWN_CARD, {"updatedAt": -1, "_id": -1}, page, limit)

    def titled(self, text: str) -> list[ObjectId]:
        """The first MOST_TITLED courses whose title holds every word of the text, anywhere."""
        found = self.raw.find(self.live(having(text)), {"_id": 1}, hint=SEARCHED, limit=MOST_TITLED)
        return [course["_id"] for course in found]

    def shelf(self, into: str, where: Filter, sort: dict[str, int], limit: int) -> dict[str, Any]:
        """The stage that puts the cards of some published courses at `into`."""
        published = {"$match": self.live({"status": "published", **where})}
        read_list(self.name, PUBLIC_LISTS, where, sort)
        pipeline = [published, {"$sort": sort}, {"$limit": limit}, *CARD]
        return {"$lookup": {"from": self.name, "pipeline": pipeline, "as": into}}

    def published_by_category(self) -> list[tuple[ObjectId, ObjectId]]:
        """The categories and ids of what is published in one, the newest first."""
        where, newest = {"status": "published", "category": {"$ne": None}}, {"publishedAt": -1}
        read_list(self.name, PUBLIC_LISTS, where, newest)
        found = self.find(where, {"category": 1}, [*newest.items(), ("_id", -1)])
        return [(each["category"], each["_id"]) for each in found if each["category"]]

    def details(self, where: Filter) -> dict[str, Any] | None:
        found = self.aggregate(where, DETAILS)
        read_cards(found)
        return found[0] if found else None

    def add_author(self, course_id: ObjectId, user_id: ObjectId) -> bool:
        """Make somebody a co-author; false where they are an author already, or there are very many."""
        room = {f"coAuthors.{MOST_CO_AUTHORS - 1}": {"$exists": False}}
        where = {"_id": course_id, "instructor": {"$ne": user_id}, "coAuthors": {"$ne": user_id}, **room}
        change = {"$push": {"coAuthors": user_id}, "$set": {"updatedAt": now()}, "$inc": {"revision": 1}}
        return self.update(where, change)

    def remove_author(self, course_id: ObjectId, user_id: ObjectId) -> bool:
        """False where they are no co-author."""
        change = {"$pull": {"coAuthors": user_id}, "$set": {"updatedAt": now()}, "$inc": {"revision": 1}}
        return self.update({"_id": course_id, "coAuthors": user_id}, change)

    def count_student(self, course_id: ObjectId, change: int) -> bool:
        """Count a student who came or went; false without such a course."""
        return self.update({"_id": course_id}, {"$inc": {"studentsCount": change}})

    def move_rating(self, course_id: ObjectId, old: int | None, new: int | None, deleted_too: bool = False) -> bool:
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
        counted = [
            {"$set": moves},
            {"$set": {"ratingCount": {"$add": counts}}},
            {"$set": {"ratingAverage": {"$cond": [{"$gt": ["$ratingCount", 0]}, average, 0]}}},
        ]
        return self.update({"_id": course_id}, counted, deleted_too=deleted_too)

    def edit(self, course_id: ObjectId, fields: dict[str, Any]) -> Course | None:
        return self.change({"_id": course_id}, edited(fields))

    def touch(self, course_id: ObjectId) -> None:
        """Note that an author has changed a part that is kept elsewhere."""
        self.update({"_id": course_id}, edited({}))

    def set_outline(self, course_id: ObjectId, counted: Mapping[str, Any]) -> Course | None:
        """Note what is counted of the lessons there are now; the course as it was before."""
        before = self.get({"_id": course_id})
        self.update({"_id": course_id}, edited({**counted}))
        return before


def counted(field: str) -> list[dict[str, Any]]:
    """The stages that put at `coursesCount` how many courses, deleted ones included, have a document's `_id` there."""
    found = {"from": courses.name, "localField": "_id", "foreignField": field, "as": "coursesCount"}
    return [
        {"$lookup": {**found, "pipeline": [{"$count": "number"}]}},
        {"$set": {"coursesCount": {"$ifNull": [{"$first": "$coursesCount.number"}, 0]}}},
    ]


def edited(fields: dict[str, Any]) -> dict[str, Any]:
    """The update that an author's edit is."""
    moment = now()
    return {"$set": {**with_keys(fields), "updatedAt": moment}, "$inc": {"revision": 1}, "$min": {"changedAt": moment}}


def new_course(instructor_id: ObjectId, fields: dict[str, Any]) -> Course:
    """A draft that nobody attends, with these fields."""
    moment = now()
    own = {"_id": ObjectId(), "instructor": instructor_id, "createdAt": moment, "updatedAt": moment}
    return cast(Course, with_keys({**defaults(Course), **own, **fields}))


def with_keys(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a course with what its language, where they name one, is compared by."""
    return {**fields, "languageKey": key(fields["language"])} if "language" in fields else fields


courses = Courses()
