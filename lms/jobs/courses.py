"""The nightly proof of the counters that course lists show."""

from typing import Any

import structlog
from bson import ObjectId

from lms.models.courses import EMPTY_HISTOGRAM, courses
from lms.models.enrollments import enrollments
from lms.models.reviews import reviews
from lms.models.subsections import subsections
from lms.services import page_cache

log = structlog.get_logger("counters")

COUNTERS = ("studentsCount", "ratingCount", "ratingAverage", "ratingHistogram", "totalDuration")


def prove_counters() -> None:
    """Compare every course's counters with what they count, and mend those that differ."""
    truth = _truth()
    mended = 0
    for course in courses.find({}, dict.fromkeys(COUNTERS, 1)):
        wrong = {name: value for name, value in truth(course["_id"]).items() if course.get(name) != value}
        if wrong:
            courses.update({"_id": course["_id"]}, {"$set": wrong})
            log.error("counter_mended", course=str(course["_id"]), counters=sorted(wrong))
            mended += 1
    if mended:
        page_cache.moved()


def _truth() -> Any:
    students = _by_course(enrollments.aggregate({"status": "active"}, [_group({"$sum": 1})]))
    duration = _by_course(subsections.aggregate({}, [_group({"$sum": "$duration"})]))
    ratings = _by_course(reviews.aggregate({"status": "visible"}, [_group({"$push": "$rating"})]))

    def of(course_id: ObjectId) -> dict[str, Any]:
        given = ratings.get(course_id, [])
        return {
            "studentsCount": students.get(course_id, 0),
            "totalDuration": duration.get(course_id, 0),
            "ratingCount": len(given),
            "ratingAverage": round(sum(given) / len(given), 2) if given else 0,
            "ratingHistogram": {stars: given.count(int(stars)) for stars in EMPTY_HISTOGRAM},
        }

    return of


def _group(value: dict[str, Any]) -> dict[str, Any]:
    return {"$group": {"_id": "$course", "value": value}}


def _by_course(rows: list[dict[str, Any]]) -> dict[ObjectId, Any]:
    return {row["_id"]: row["value"] for row in rows}
