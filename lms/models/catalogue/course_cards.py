"""The stages from courses to what lists, their own pages and their owners are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from lms.models.accounts.picture_addresses import IMAGE, absolute_in
from lms.models.accounts.users import NAME
from lms.models.freshness import read
from lms.models.learning import reviews
from lms.models.stages import Stages, lookup, lookup_all

NEWEST_REVIEWS = 5

IN_ORDER = {"$sort": {"position": 1, "_id": 1}}

PRICE = {
    "$cond": [
        {"$eq": [{"$mod": ["$amount", 100]}, 0]},
        {"$toInt": {"$divide": ["$amount", 100]}},
        {"$divide": ["$amount", 100]},
    ]
}
"""The stored paise in rupees, whole where it can be; null while a draft has no price."""

JOINED: Stages = [
    *lookup("categories", "category", "category", {"id": "$_id", "name": 1}),
    *lookup("users", "instructor", "instructor", {"id": "$_id", "name": NAME, "image": IMAGE}),
]
FIELDS: Mapping[str, Any] = {
    "_id": 0,
    "id": "$_id",
    "title": 1,
    "description": 1,
    "thumbnail": absolute_in("$thumbnail"),
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
    "lessonsCount": {"$size": {"$ifNull": ["$lessons", []]}},
    "totalDuration": 1,
    "featured": {"$gt": ["$featuredAt", None]},
}


def card_with(fields: Mapping[str, Any], joined: Stages = ()) -> Stages:
    """The stages of a card that shows these fields too, `joined` being the stages they come from."""
    return [*JOINED, *joined, {"$project": {**FIELDS, **fields}}]


CARD = card_with({})
OWN_CARD = card_with(
    {
        "status": 1,
        "updatedAt": 1,
        "deletedAt": {"$ifNull": ["$deletedAt", None]},
        "rejectionReason": {"$ifNull": ["$rejection.reason", None]},
    }
)

LESSON = {
    "_id": 0,
    "id": "$_id",
    **dict.fromkeys(("title", "kind", "description", "duration", "preview", "required", "opens"), 1),
    "assessmentId": "$assessment",
}
WITH_LESSONS: Stages = [
    IN_ORDER,
    lookup_all("subsections", "section", "subsections", [IN_ORDER, {"$project": LESSON}]),
]
SECTION = {"_id": 0, "id": "$_id", "sectionName": 1, "opens": 1, "subsections": 1}

OUTLINE: Stages = [*WITH_LESSONS, {"$project": SECTION}]
"""From the sections of a course to what is shown of them and their lessons; nothing that is in them."""

OUTLINES: Stages = [*WITH_LESSONS, {"$project": {**SECTION, "course": 1}}]
"""The same of several courses, each section with the id of its own."""

CO_AUTHORS: Mapping[str, Any] = {
    "$lookup": {
        "from": "users",
        "localField": "coAuthors",
        "foreignField": "_id",
        "pipeline": [{"$sort": {"_id": 1}}, {"$project": {"_id": 0, "id": "$_id", "name": NAME, "image": IMAGE}}],
        "as": "coAuthors",
    }
}

DETAILS = card_with(
    {
        "whatYouWillLearn": 1,
        "instructions": 1,
        "ratingHistogram": 1,
        "status": 1,
        "sections": 1,
        "reviews": 1,
        "coAuthors": 1,
    },
    [
        CO_AUTHORS,
        lookup_all("sections", "course", "sections", OUTLINE),
        lookup_all("ratingAndReviews", "course", "reviews", reviews.newest(NEWEST_REVIEWS), {"status": "visible"}),
    ],
)


def read_cards(cards: Iterable[Mapping[str, Any]]) -> None:
    """Note what a page being made shows with these cards: the courses, their authors and shelves, and the reviews."""
    for card in cards:
        read(f"course/{card['id']}")
        reviewers = [review["user"] for review in card.get("reviews", ())]
        people = (card["instructor"], *card.get("coAuthors", ()), *reviewers)
        read(*(f"person/{person['id']}" for person in people if person))
        if card["category"]:
            read(f"category/{card['category']['id']}")
