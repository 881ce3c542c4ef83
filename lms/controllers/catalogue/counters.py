"""The proof of the counters that course lists show."""

from collections.abc import Callable
from typing import Any

import structlog
from bson import ObjectId

from lms.models.authoring.outlines import counted
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.models.transactions import transactional

log = structlog.get_logger("counters")

Truth = Callable[[ObjectId], dict[str, Any]]

COUNTERS = (*counted([]), "studentsCount", "ratingCount", "ratingAverage", "ratingHistogram")
SHOWN = dict.fromkeys(COUNTERS, 1)


def prove_counters() -> None:
    """Compare every course's counters with what they count, and mend those that differ."""
    truth = truth_of({})
    suspects = [course["_id"] for course in courses.find({}, SHOWN) if wrong_in(course, truth)]
    for course_id in suspects:
        if wrong := _mend(course_id):
            log.error("counter_mended", course=str(course_id), counters=sorted(wrong))


@transactional
def _mend(course_id: ObjectId) -> dict[str, Any]:
    """Look again with nothing moving meanwhile, and set what is wrong still."""
    course = courses.get({"_id": course_id}, SHOWN)
    wrong = wrong_in(course, truth_of({"course": course_id})) if course else {}
    if wrong:
        courses.update({"_id": course_id}, {"$set": wrong})
    return wrong


def wrong_in(course: Course, truth: Truth) -> dict[str, Any]:
    """The counters that differ from what they count, with their right values."""
    return {name: value for name, value in truth(course["_id"]).items() if course.get(name) != value}


def truth_of(where: Filter) -> Truth:
    """What the counters of courses have to be, counted from the documents that fit `where`."""
    students = _by_course(enrollments.aggregate({**where, "status": "active"}, [_group({"$sum": 1})]))
    lessons: dict[ObjectId, list[dict[str, Any]]] = {}
    for lesson in subsections.in_playing_order(where):
        lessons.setdefault(lesson["course"], []).append(lesson)
    ratings = _by_course(reviews.aggregate({**where, "status": "visible"}, [_group({"$push": "$rating"})]))

    def of(course_id: ObjectId) -> dict[str, Any]:
        given = ratings.get(course_id, [])
        return {
            "studentsCount": students.get(course_id, 0),
            **counted(lessons.get(course_id, [])),
            "ratingCount": len(given),
            "ratingAverage": round(sum(given) / len(given), 2) if given else 0,
            "ratingHistogram": {str(stars): given.count(stars) for stars in range(1, 6)},
        }

    return of


def _group(value: dict[str, Any]) -> dict[str, Any]:
    return {"$group": {"_id": "$course", "value": value}}


def _by_course(rows: list[dict[str, Any]]) -> dict[ObjectId, Any]:
    return {row["_id"]: row["value"] for row in rows}
