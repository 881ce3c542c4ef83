"""Courses are found by the beginnings of their titles' words, and lists are read in the order of an index."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

from lms.models import create_indexes
from lms.models.catalogue.course_search import searchable

BATCH = 500
SECONDS = 3600

REPLACED = {
    "courses": ["category_1_status_1_publishedAt_-1"],
    "ratingAndReviews": ["course_1_status_1_createdAt_-1", "status_1_createdAt_-1", "status_1_rating_-1"],
}


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large catalogue needs.
    with pymongo.timeout(SECONDS):
        changes = _changes(db)
        while batch := list(islice(changes, BATCH)):
            db.courses.bulk_write(batch, ordered=False)
        _drop_replaced(db)
        create_indexes(db)


def _changes(db: Database[Any]) -> Iterator[UpdateOne]:
    """What completes the courses that were written before their words were kept."""
    incomplete = {"$or": [{"titlePrefixes": {"$exists": False}}, {"descriptionText": {"$exists": False}}]}
    for course in db.courses.find(incomplete, {"title": 1, "description": 1}):
        texts = {name: course[name] for name in ("title", "description")}
        # A course that is edited meanwhile gets its words from the edit.
        yield UpdateOne({"_id": course["_id"], **texts}, {"$set": searchable(**texts)})


def _drop_replaced(db: Database[Any]) -> None:
    for collection, names in REPLACED.items():
        for name in names:
            if name in db[collection].index_information():
                db[collection].drop_index(name)
    search = db.courses.index_information().get("search")
    if search and "titlePrefixes" not in search["weights"]:
        db.courses.drop_index("search")
