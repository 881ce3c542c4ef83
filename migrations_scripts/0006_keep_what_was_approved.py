"""Published courses count as approved as they are, and reports of reviews as not decided on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

BATCH = 200
SECONDS = 3600

REPLACED = ("status_1_createdAt_-1__id_-1", "status_1_rating_-1__id_-1")
"""Indexes of reviews, now with `deletedAt`, so that they alone count what is visible."""

COURSE_FIELDS = (
    "title",
    "description",
    "thumbnail",
    "amount",
    "level",
    "language",
    "tags",
    "category",
    "whatYouWillLearn",
    "instructions",
)
LESSON_FIELDS = ("title", "description", "duration", "preview", "videoPublicId")

IN_ORDER = [("position", pymongo.ASCENDING), ("_id", pymongo.ASCENDING)]


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large catalogue needs.
    with pymongo.timeout(SECONDS):
        for name in REPLACED:
            if name in db.ratingAndReviews.index_information():
                db.ratingAndReviews.drop_index(name)
        approvals = _approvals(db)
        while batch := list(islice(approvals, BATCH)):
            db.courseApprovals.bulk_write(batch, ordered=False)
        reported = {"openReports": {"$size": "$reports"}, "reportedAt": {"$min": "$reports.at"}}
        db.ratingAndReviews.update_many(
            {"reports.0": {"$exists": True}, "reports.decision": None, "reportedAt": None}, [{"$set": reported}]
        )


def _approvals(db: Database[Any]) -> Iterator[UpdateOne]:
    moment = datetime.now(UTC).replace(tzinfo=None)
    for course in db.courses.find({"status": {"$in": ["published", "archived"]}}):
        fields = {name: course.get(name) for name in COURSE_FIELDS}
        approval = {"at": moment, "by": None, "fields": fields, "sections": _outline(db, course["_id"])}
        # What staff approve meanwhile stays.
        yield UpdateOne({"_id": course["_id"]}, {"$setOnInsert": approval}, upsert=True)


def _outline(db: Database[Any], course_id: Any) -> list[dict[str, Any]]:
    live = {"course": course_id, "deletedAt": None}
    lessons: dict[Any, list[dict[str, Any]]] = {}
    for lesson in db.subsections.find(live, sort=IN_ORDER):
        kept = {"id": lesson["_id"], **{name: lesson[name] for name in LESSON_FIELDS}}
        lessons.setdefault(lesson["section"], []).append(kept)
    return [
        {"id": section["_id"], "name": section["sectionName"], "lessons": lessons.get(section["_id"], [])}
        for section in db.sections.find(live, sort=IN_ORDER)
    ]
