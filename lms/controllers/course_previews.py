"""A course as staff look at it before they decide: all of it, with what has changed since the last approval."""

from typing import Any

from bson import ObjectId

from lms.controllers import approvals
from lms.errors import CourseNotFound
from lms.models.addresses import absolute_in
from lms.models.audit_log import audit_log
from lms.models.base import lookup
from lms.models.categories import categories
from lms.models.courses import courses
from lms.models.users import NAME

JOINED = [
    *lookup("users", "instructor", "author", {"id": "$_id", "name": NAME, "status": 1}),
    *lookup("categories", "category", "shelf", {"id": "$_id", "name": 1}),
    {"$set": {"picture": absolute_in("$thumbnail")}},
]


def of(course_id: ObjectId) -> dict[str, Any]:
    """The `course` with its `author` and `shelf`, its `outline`, `approved` and `changes`, and what staff did."""
    found = courses.aggregate({"_id": course_id}, JOINED)
    if not found:
        raise CourseNotFound
    course: Any = found[0]
    content, approved = approvals.content(course), approvals.of(course_id)
    return {
        "course": course,
        "outline": content["sections"],
        "approved": approved,
        "changes": approvals.compare(approved, content) if approved else [],
        "shelves": {card["id"]: card["name"] for card in categories.cards()},
        "history": audit_log.of(courses.name, course_id),
    }
