"""How one course is doing, for whoever teaches it: counted from the raw documents of that course."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.analytics.reports import Range, chosen, ratio
from lms.models.accounts.sessions import Caller
from lms.models.analytics.periods import key
from lms.models.authoring.subsections import subsections
from lms.models.catalogue.courses import Course
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.schemas.analytics.reports import AnalyticsQuery

Figures = dict[str, Any]


def report(caller: Caller, course_id: ObjectId, query: AnalyticsQuery) -> Figures:
    """Enrolments, revenue (paise), ratings, and where learners stop."""
    return course_report(access.written_course(caller, course_id), chosen(query))


def course_report(course: Course, asked: Range) -> Figures:
    enrolled, booked = _enrolled(course["_id"], asked), _booked(course["_id"], asked)
    progress = _progress(course)
    live = enrolled["all"] - enrolled["ended"]
    stars = {int(star): count for star, count in course["ratingHistogram"].items()}
    return {
        "id": course["_id"],
        "title": course["title"],
        **asked.facts,
        "totals": {
            "students": live,
            "ended": enrolled["ended"],
            "netRevenue": booked["all"],
            "ratingCount": course["ratingCount"],
            "averageRating": ratio(sum(star * count for star, count in stars.items()), course["ratingCount"]),
            "ratingHistogram": course["ratingHistogram"],
            "funnel": {"enrolled": live, **progress["funnel"]},
            "opening": course.get("opening"),
        },
        "series": [_period(day, enrolled, booked) for day in (period.first.isoformat() for period in asked.periods)],
        "lessons": progress["lessons"],
    }


def _period(day: str, enrolled: Figures, booked: Figures) -> Figures:
    counted = enrolled["periods"].get(day, {"enrollments": 0, "ended": 0})
    return {"period": day, **counted, "netRevenue": booked["periods"].get(day, 0)}


def _enrolled(course_id: ObjectId, asked: Range) -> Figures:
    """Enrolments and those of them that have ended, in all and by the period of the enrolment."""
    ended = {"$sum": {"$cond": [{"$eq": ["$status", "active"]}, 0, 1]}}
    sums = {"enrollments": {"$sum": 1}, "ended": ended}
    facets = {
        "all": [{"$group": {"_id": None, **sums}}],
        "periods": [
            {"$match": {"enrolledAt": asked.when}},
            {"$group": {"_id": key("$enrolledAt", asked.granularity), **sums}},
        ],
    }
    [found] = enrollments.aggregate({"course": course_id}, [{"$facet": facets}])
    whole = found["all"][0] if found["all"] else {"enrollments": 0, "ended": 0}
    periods = {row.pop("_id"): row for row in found["periods"]}
    return {"all": whole["enrollments"], "ended": whole["ended"], "periods": periods}


def _booked(course_id: ObjectId, asked: Range) -> Figures:
    """What arrived for the course less what went back, in paise, in all and by period."""
    own: list[Figures] = [{"$unwind": "$lines"}, {"$match": {"lines.course": course_id}}]
    net = {"net": {"$sum": "$lines.amount"}}
    facets = {
        "all": [{"$group": {"_id": None, **net}}],
        "periods": [{"$match": {"at": asked.when}}, {"$group": {"_id": key("$at", asked.granularity), **net}}],
    }
    [found] = ledger.aggregate({"lines.course": course_id}, [*own, {"$facet": facets}])
    periods = {row["_id"]: row["net"] for row in found["periods"]}
    return {"all": sum(row["net"] for row in found["all"]), "periods": periods}


def _progress(course: Course) -> Figures:
    """How far learners have come, and what became of them in each lesson, in one pass over their progress."""
    lessons = course["lessons"]
    finished = {"$gt": ["$completedAt", None]}
    needed = course["requiredLessons"]
    done = {"$size": {"$setIntersection": ["$completed", needed]}}
    half = {"$or": [finished, {"$and": [{"$gt": [done, 0]}, {"$gte": [{"$multiply": [2, done]}, len(needed)]}]}]}
    sums: Figures = {"started": 1, "half": _one_if(half), "finished": _one_if(finished)}
    for place, lesson in enumerate(lessons):
        last = {"$and": [{"$eq": ["$resume.subsectionId", lesson]}, {"$not": finished}]}
        sums[f"started{place}"] = _one_if({"$gt": [f"$lessons.{lesson}", None]})
        sums[f"completed{place}"] = _one_if({"$in": [lesson, "$completed"]})
        sums[f"stopped{place}"] = _one_if(last)
    group = {"_id": None, **{name: {"$sum": one} for name, one in sums.items()}}
    left = [
        each["user"] for each in enrollments.find({"course": course["_id"], "status": {"$ne": "active"}}, {"user": 1})
    ]
    attending = {"course": course["_id"], "user": {"$nin": left}}
    found = course_progress.aggregate(attending, [{"$group": group}])
    counted = found[0] if found else dict.fromkeys(sums, 0)
    titles = {each["_id"]: each["title"] for each in subsections.find({"_id": {"$in": lessons}}, {"title": 1})}
    names = ("started", "completed", "stopped")
    return {
        "funnel": {name: counted[name] for name in ("started", "half", "finished")},
        "lessons": [
            {"id": lesson, "title": titles.get(lesson, ""), **{name: counted[f"{name}{place}"] for name in names}}
            for place, lesson in enumerate(lessons)
        ],
    }


def _one_if(condition: Figures) -> Figures:
    return {"$cond": [condition, 1, 0]}
