"""Completing a course takes those of its lessons that are required: so far all of them."""

from typing import Any

from pymongo.database import Database


def up(db: Database[Any]) -> None:
    uncounted = {"requiredLessons": {"$exists": False}}
    db.courses.update_many(uncounted, [{"$set": {"requiredLessons": {"$ifNull": ["$lessons", []]}}}])
