"""The moves of a course between draft, in_review, published and archived, and into deletion and back.

Each names the states it starts from in its query, so that of two moves at once one finds nothing to move.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.models.base import Filter, lookup, now
from lms.models.courses import Course, CourseStatus, courses
from lms.models.users import NAME


def submit(course_id: ObjectId) -> bool:
    moment = now()
    change = {"status": "in_review", "submittedAt": moment, "updatedAt": moment}
    return courses.update({"_id": course_id, "status": "draft"}, {"$set": change, "$unset": {"rejection": ""}})


def publish(course_id: ObjectId, *moved_from: CourseStatus) -> bool:
    """Show it to everyone; a course that comes back keeps the day it first appeared."""
    moment = now()
    shown = {"status": "published", "updatedAt": moment, "publishedAt": {"$ifNull": ["$publishedAt", moment]}}
    return _move(course_id, moved_from, [{"$set": shown}, {"$unset": "rejection"}])


def reject(course_id: ObjectId, reason: str, by: ObjectId | None) -> bool:
    moment = now()
    back = {"status": "draft", "updatedAt": moment, "rejection": {"reason": reason, "at": moment, "by": by}}
    return _move(course_id, ("in_review",), {"$set": back})


def unpublish(course_id: ObjectId) -> bool:
    return _move(course_id, ("published", "in_review"), {"$set": {"status": "draft", "updatedAt": now()}})


def archive(course_id: ObjectId) -> bool:
    return _move(course_id, ("published", "draft", "in_review"), {"$set": {"status": "archived", "updatedAt": now()}})


def _move(course_id: ObjectId, moved_from: tuple[CourseStatus, ...], change: Any) -> bool:
    return courses.update({"_id": course_id, "status": {"$in": moved_from}}, change)


def remove(course_id: ObjectId, by: ObjectId, moment: datetime) -> bool:
    """Hide a course that nobody attends or that is archived; false when it is neither."""
    where = {"_id": course_id, "$or": [{"studentsCount": {"$lte": 0}}, {"status": "archived"}]}
    return courses.update(where, {"$set": {"deletedAt": moment, "deletedBy": by}})


def restore(course_id: ObjectId) -> None:
    deleted = {"_id": course_id, "deletedAt": {"$ne": None}}
    courses.update(deleted, {"$unset": {"deletedAt": "", "deletedBy": ""}, "$set": {"updatedAt": now()}})


def in_review() -> list[dict[str, Any]]:
    """The courses in review as `{id, title, instructor, submittedAt}`, the longest waiting first."""
    author = lookup("users", "instructor", "instructor", {"name": NAME})
    shown = {"_id": 0, "id": "$_id", "title": 1, "instructor": "$instructor.name", "submittedAt": 1}
    return courses.aggregate({"status": "in_review"}, [{"$sort": {"submittedAt": 1}}, *author, {"$project": shown}])


def with_deleted(where: Filter) -> Course | None:
    """A course, deleted or not."""
    return courses.raw.find_one(where)
