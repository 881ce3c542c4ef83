"""A course as staff look at it before they decide: all of it, with what has changed since the last approval."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.controllers.moderation import approvals
from lms.errors import CourseNotFound
from lms.models.accounts.picture_addresses import absolute_in
from lms.models.accounts.users import NAME
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.stages import lookup
from lms.models.system.audit_log import audit_log

JOINED = [
    *lookup("users", "instructor", "author", {"id": "$_id", "name": NAME, "status": 1}),
    *lookup("categories", "category", "shelf", {"id": "$_id", "name": 1}),
    {"$set": {"picture": absolute_in("$thumbnail")}},
]


def course_preview(course_id: ObjectId) -> dict[str, Any]:
    """The `course` with its `author` and `shelf`, its `outline`, `approved` and `changes`, and what staff did.

    `said` has what there is to say of a lesson beside what it shows, in sentences, by its id.
    """
    found = courses.aggregate({"_id": course_id}, JOINED)
    if not found:
        raise CourseNotFound
    course: Any = found[0]
    content, approved = approvals.content(course), approvals.last_approval(course_id)
    return {
        "course": course,
        "outline": content["sections"],
        "said": {lesson["_id"]: _said(lesson) for lesson in subsections.of_course(course_id)},
        "approved": approved,
        "changes": approvals.compare(approved, content) if approved else [],
        "shelves": {card["id"]: card["name"] for card in categories.cards()},
        "history": audit_log.history(courses.name, course_id),
    }


def _said(lesson: Subsection) -> list[str]:
    kind = kind_of(lesson)
    lacking = kind.lacking(lesson)
    return [*kind.told(lesson), *([lacking] if lacking else [])]
