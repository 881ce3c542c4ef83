"""The graded lessons of a course, and its learners with what they have reached as a whole."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.models.accounts.users import NAME
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter, Page
from lms.models.learning.enrollments import enrollments
from lms.models.stages import lookup

HUNDRED = 10_000
"""A hundred points: what a quiz is given by hand for, whose papers are not all worth the same."""

SORTS: Mapping[str, Mapping[str, int]] = {
    "name": {"name": 1, "user": 1},
    "-name": {"name": -1, "user": 1},
    "percent": {"percent": 1, "user": 1},
    "-percent": {"percent": -1, "user": 1},
}


def items(course_id: ObjectId) -> list[dict[str, Any]]:
    """The graded lessons in playing order.

    Each as `{assessmentId, lessonId, kind, title, weight, outOf, passPercent, blind}`.
    """
    rules = {"weight": 1, "passPercent": 1, "outOf": 1, "blind": 1}
    section = {"$lookup": {"from": "sections", "localField": "section", "foreignField": "_id", "as": "placed"}}
    return subsections.aggregate(
        {"course": course_id, "assessment": {"$type": "objectId"}},
        [
            section,
            {"$match": {"placed.deletedAt": None}},
            *lookup("quizzes", "assessment", "quiz", rules),
            *lookup("assignments", "assessment", "assignment", rules),
            {"$sort": {"placed.position": 1, "position": 1, "_id": 1}},
            {
                "$project": {
                    "_id": 0,
                    "assessmentId": "$assessment",
                    "lessonId": "$_id",
                    "kind": 1,
                    "title": 1,
                    "weight": {"$ifNull": ["$quiz.weight", "$assignment.weight", 1]},
                    "passPercent": {"$ifNull": ["$quiz.passPercent", "$assignment.passPercent", 0]},
                    "outOf": {"$ifNull": ["$assignment.outOf", HUNDRED]},
                    "blind": {"$ifNull": ["$assignment.blind", False]},
                }
            },
        ],
    )


def learners(
    course_id: ObjectId, named: Filter, below: int | None, sort: str, page: int, limit: int
) -> Page[dict[str, Any]]:
    """Those who attend, as `{user, name, email, percent, points, outOf, passed, items}`; who has no grade yet has none.

    `named` is a filter of users; `below` leaves those whose percentage is less, or who have none.
    """
    who = [{"$match": named}, {"$project": {"_id": 0, "name": NAME, "email": 1}}]
    reached = {"_id": 0, "percent": 1, "points": 1, "outOf": 1, "passed": 1, "items": 1}
    mine = {"$match": {"course": course_id}}
    at = {"localField": "user", "pipeline": who, "from": "users", "foreignField": "_id", "as": "person"}
    total = {"localField": "user", "from": "courseGrades", "foreignField": "user", "as": "total"}
    [found] = enrollments.aggregate(
        {"course": course_id, "status": "active"},
        [
            {"$project": {"_id": 0, "user": 1}},
            {"$lookup": at},
            {"$unwind": "$person"},
            {"$lookup": {**total, "pipeline": [mine, {"$project": reached}]}},
            {"$replaceWith": {"$mergeObjects": [{"user": "$user"}, "$person", {"$first": "$total"}]}},
            *([] if below is None else [{"$match": {"$or": [{"percent": {"$lt": below}}, {"percent": None}]}}]),
            {
                "$facet": {
                    "rows": [{"$sort": SORTS[sort]}, {"$skip": (page - 1) * limit}, {"$limit": limit}],
                    "counted": [{"$count": "total"}],
                }
            },
        ],
    )
    return Page(found["rows"], found["counted"][0]["total"] if found["counted"] else 0, page, limit)
