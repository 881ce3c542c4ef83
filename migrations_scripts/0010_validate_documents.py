"""Documents of older versions become what their class declares, before MongoDB holds them to it."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

BATCH = 500
SECONDS = 3600

SOFT_DELETED = ("categories", "courses", "ratingAndReviews", "sections", "subsections", "tags", "users")
NAMED = ("actorName", "label", "subject", "reason")


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large database needs.
    with pymongo.timeout(SECONDS):
        for name in SOFT_DELETED:
            # What is not deleted says so by having no such field.
            db[name].update_many({"deletedAt": {"$type": "null"}}, {"$unset": {"deletedAt": ""}})
        db.orders.update_many({"couponHeld": {"$exists": False}}, {"$set": {"couponHeld": False}})
        changes = _audit_rows(db)
        while batch := list(islice(changes, BATCH)):
            db.auditLog.bulk_write(batch, ordered=False)


def _audit_rows(db: Database[Any]) -> Iterator[UpdateOne]:
    """What completes the rows that were written before they could be searched."""
    for row in db.auditLog.find({"searchText": {"$exists": False}}, NAMED):
        text = " ".join(row.get(name) or "" for name in NAMED)
        plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
        yield UpdateOne({"_id": row["_id"]}, {"$set": {"searchText": unicodedata.normalize("NFC", plain)}})
