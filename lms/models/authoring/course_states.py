"""The moves of a course between draft, in_review, published and archived, and into deletion and back.

Each names the states it starts from in its query, so that of two moves at once one finds nothing to move.
"""

from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.models.accounts.users import NAME
from lms.models.base import Filter, now
from lms.models.catalogue.courses import Course, CourseStatus, courses
from lms.models.stages import REVISED, lookup


def submit(course_id: ObjectId) -> bool:
    moment = now()
    change = {"status": "in_review", "submittedAt": moment, "updatedAt": moment}
    where = {"_id": course_id, "status": "draft"}
    return courses.update(where, {"$set": change, "$inc": {"revision": 1}, "$unset": {"rejection": ""}})


def publish(course_id: ObjectId, *moved_from: CourseStatus) -> bool:
    """Show it to everyone; a course that comes back keeps the day it first appeared."""
    moment = now()
    shown = {"status": "published", "updatedAt": moment, "publishedAt": {"$ifNull": ["$publishedAt", moment]}}
    shown_again = [{"$set": {**shown, **REVISED}}, {"$unset": ["rejection", "withdrawnFrom"]}]
    return courses.update(_in(course_id, moved_from), shown_again)


def settle(course_id: ObjectId) -> None:
    """Take the course as it is for what was approved."""
    courses.update({"_id": course_id}, [{"$set": REVISED}, {"$unset": "changedAt"}])


def reject(course_id: ObjectId, moved_from: CourseStatus, reason: str, by: ObjectId | None) -> bool:
    return _move(course_id, (moved_from,), "draft", rejection={"reason": reason, "at": now(), "by": by})


def unpublish(course_id: ObjectId) -> bool:
    return _move(course_id, ("published", "in_review"), "draft")


def archive(course_id: ObjectId) -> bool:
    return _move(course_id, ("published", "draft", "in_review"), "archived")


def withdraw(instructor_id: ObjectId) -> None:
    """Archive all that an author has published or handed in, and note what it was."""
    where = {"instructor": instructor_id, "status": {"$in": ["published", "in_review"]}}
    archived = {"withdrawnFrom": "$status", "status": "archived", "updatedAt": now(), **REVISED}
    courses.update_many(where, [{"$set": archived}])


def put_back(course: Course) -> None:
    """Let a withdrawn course be what it was, unless somebody has decided on it meanwhile."""
    where = {"_id": course["_id"], "status": "archived", "withdrawnFrom": course["withdrawnFrom"]}
    back = {"status": "$withdrawnFrom", "updatedAt": now(), **REVISED}
    courses.update(where, [{"$set": back}, {"$unset": "withdrawnFrom"}])


def hand_over(course_id: ObjectId, instructor_id: ObjectId) -> None:
    """Give it another author; one that was withdrawn with the old one stays archived."""
    change = {"$set": {"instructor": instructor_id, "updatedAt": now()}, "$unset": {"withdrawnFrom": ""}}
    courses.update({"_id": course_id}, {**change, "$pull": {"coAuthors": instructor_id}, "$inc": {"revision": 1}})


def feature(course_id: ObjectId, featured: bool) -> None:
    """Put it on the front, or take it off."""
    mark = {"$set": {"featuredAt": now()}} if featured else {"$unset": {"featuredAt": ""}}
    courses.update({"_id": course_id}, {**mark, "$inc": {"revision": 1}})


def _move(course_id: ObjectId, moved_from: tuple[CourseStatus, ...], to: CourseStatus, **fields: Any) -> bool:
    change = {"status": to, "updatedAt": now(), **fields}
    return courses.update(_in(course_id, moved_from), {"$set": change, "$inc": {"revision": 1}})


def _in(course_id: ObjectId, states: tuple[CourseStatus, ...]) -> Filter:
    return {"_id": course_id, "status": {"$in": states}}


def delete_course(course_id: ObjectId, by: ObjectId, moment: datetime) -> bool:
    """Hide a course that nobody attends; false when somebody does."""
    where = {"_id": course_id, "studentsCount": {"$lte": 0}}
    return courses.update(where, {"$set": {"deletedAt": moment, "deletedBy": by}})


def restore_course(course_id: ObjectId) -> None:
    deleted = {"_id": course_id, "deletedAt": {"$ne": None}}
    back = {"$unset": {"deletedAt": "", "deletedBy": ""}, "$set": {"updatedAt": now()}, "$inc": {"revision": 1}}
    courses.update(deleted, back)


def in_review() -> list[dict[str, Any]]:
    """The courses in review as `{id, title, instructor, submittedAt}`, the longest waiting first."""
    author = lookup("users", "instructor", "instructor", {"name": NAME})
    shown = {"_id": 0, "id": "$_id", "title": 1, "instructor": "$instructor.name", "submittedAt": 1}
    return courses.aggregate({"status": "in_review"}, [{"$sort": {"submittedAt": 1}}, *author, {"$project": shown}])


def with_deleted(where: Filter) -> Course | None:
    """A course, deleted or not."""
    return courses.raw.find_one(where)
