"""Published courses count as approved as they are, and reports of reviews as not decided on."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

from lms.models import create_indexes
from lms.models.base import now
from lms.models.moderation.approvals import content_of

BATCH = 200
SECONDS = 3600

REPLACED = ("status_1_createdAt_-1__id_-1", "status_1_rating_-1__id_-1")
"""Indexes of reviews, now with `deletedAt`, so that they alone count what is visible."""

IN_ORDER = [("position", pymongo.ASCENDING), ("_id", pymongo.ASCENDING)]


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large catalogue needs.
    with pymongo.timeout(SECONDS):
        for name in REPLACED:
            if name in db.ratingAndReviews.index_information():
                db.ratingAndReviews.drop_index(name)
        create_indexes(db)
        approvals = _approvals(db)
        while batch := list(islice(approvals, BATCH)):
            db.courseApprovals.bulk_write(batch, ordered=False)
        reported = {"openReports": {"$size": "$reports"}, "reportedAt": {"$min": "$reports.at"}}
        db.ratingAndReviews.update_many(
            {"reports.0": {"$exists": True}, "reports.decision": None, "reportedAt": None}, [{"$set": reported}]
        )


def _approvals(db: Database[Any]) -> Iterator[UpdateOne]:
    moment = now()
    for course in db.courses.find({"status": {"$in": ["published", "archived"]}}):
        live = {"course": course["_id"], "deletedAt": None}
        content = content_of(course, db.sections.find(live, sort=IN_ORDER), db.subsections.find(live, sort=IN_ORDER))
        approval = {"at": moment, "by": None, **content}
        # What staff approve meanwhile stays.
        yield UpdateOne({"_id": course["_id"]}, {"$setOnInsert": approval}, upsert=True)
