"""What is counted of a span of days, each by an aggregation over the raw documents of that span."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.models.accounts.otps import otps
from lms.models.accounts.users import users
from lms.models.analytics.periods import Period, named, start
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.progress_events import progress_events
from lms.models.learning.reviews import reviews
from lms.models.payments.ledger import ledger
from lms.models.stages import Stages

Figures = dict[str, dict[str, Any]]
"""By the first day of a period, such as `2026-11-21`."""

Span = dict[str, datetime]
"""The condition on a time to lie in the days that are counted."""


def span(periods: list[Period]) -> Span:
    """The time from the first of the periods to the last."""
    return {"$gte": periods[0].begins, "$lt": periods[-1].ends}


def sign_ups(when: Span) -> Figures:
    """Learners and instructors who proved their address, also those who left since."""
    where = {"role": {"$in": ["student", "instructor"]}, "createdAt": when, "emailVerifiedAt": {"$ne": None}}
    day = {"$group": {"_id": start("$createdAt"), "signUps": {"$sum": 1}}}
    return _by_day(users.raw.aggregate([{"$match": where}, day, _named()]))


def active_learners(period: Period) -> int:
    """Learners who watched in the period, each once; reads nothing but an index."""
    each_once: Stages = [{"$group": {"_id": "$user"}}, {"$count": "learners"}]
    found = progress_events.aggregate({"at": span([period])}, each_once)
    return found[0]["learners"] if found else 0


def enrolments(when: Span) -> Figures:
    """Enrolments by their day and by the course's category of now, and how far they have come."""
    held = {"user": "$user", "status": "$status", "begins": start("$enrolledAt")}
    by_course = {"$group": {"_id": "$course", "held": {"$push": held}}}
    stages: Stages = [
        by_course,
        *_course_at("_id"),
        {"$unwind": "$held"},
        *_progress(),
        *_by_category("$held.begins", _reached()),
    ]
    return _days_and_categories(enrollments.aggregate({"enrolledAt": when}, stages), "enrollments")


def _reached() -> dict[str, Any]:
    """Sums of enrolments, of those that have ended, and of how far the others have come."""
    lessons = {"$ifNull": ["$course.requiredLessons", []]}
    done = {"$size": {"$setIntersection": [{"$ifNull": ["$progress.completed", []]}, lessons]}}
    finished = {"$gt": ["$progress.completedAt", None]}
    halfway = {"$and": [{"$gt": [done, 0]}, {"$gte": [{"$multiply": [2, done]}, {"$size": lessons}]}]}
    live = {"$eq": ["$held.status", "active"]}
    conditions: dict[str, list[Any]] = {
        "ended": [{"$not": live}],
        "started": [live, {"$gt": ["$progress", None]}],
        "half": [live, {"$or": [finished, halfway]}],
        "finished": [live, finished],
    }
    counted = {name: {"$sum": {"$cond": [{"$and": every}, 1, 0]}} for name, every in conditions.items()}
    return {"enrollments": {"$sum": 1}, **counted}


def _progress() -> list[dict[str, Any]]:
    pair = {"$expr": {"$and": [{"$eq": ["$user", "$$user"]}, {"$eq": ["$course", "$$course"]}]}}
    pipeline = [{"$match": pair}, {"$project": {"_id": 0, "completed": 1, "completedAt": 1}}]
    variables = {"user": "$held.user", "course": "$_id"}
    look = {"from": course_progress.name, "let": variables, "pipeline": pipeline, "as": "progress"}
    return [{"$lookup": look}, {"$set": {"progress": {"$first": "$progress"}}}]


def new_learners(when: Span) -> Figures:
    """Users who enrolled for the first time."""
    first = {"$group": {"_id": "$user", "begins": {"$min": start("$enrolledAt")}}}
    before = [{"$match": {"enrolledAt": {"$lt": when["$gte"]}}}, {"$limit": 1}, {"$project": {"_id": 1}}]
    look = {"from": enrollments.name, "localField": "_id", "foreignField": "user", "pipeline": before, "as": "before"}
    counted = {"$group": {"_id": "$begins", "newLearners": {"$sum": 1}}}
    stages: Stages = [first, {"$lookup": look}, {"$match": {"before": []}}, counted, _named()]
    return _by_day(enrollments.aggregate({"enrolledAt": when}, stages))


def completions(when: Span) -> Figures:
    """Courses finished."""
    day = {"$group": {"_id": start("$completedAt"), "completions": {"$sum": 1}}}
    return _by_day(course_progress.aggregate({"completedAt": when}, [day, _named()]))


def revenue(when: Span) -> Figures:
    """What arrived and what went back in paise, by day and by the course's category of now."""
    group = {"course": "$lines.course", "begins": start("$at")}
    by_course = {"$group": {"_id": group, "captured": _moved("$eq", 1), "refunded": _moved("$ne", -1)}}
    sums = {name: {"$sum": f"${name}"} for name in ("captured", "refunded")}
    stages: Stages = [{"$unwind": "$lines"}, by_course, *_course_at("_id.course"), *_by_category("$_id.begins", sums)]
    return _days_and_categories(ledger.aggregate({"at": when}, stages), "captured", "refunded")


def _moved(compared: str, sign: int) -> dict[str, Any]:
    """The sum of captures, or of what is not one; the ledger holds what went back as negative amounts."""
    amount = {"$multiply": [sign, "$lines.amount"]}
    return {"$sum": {"$cond": [{compared: ["$kind", "capture"]}, amount, 0]}}


def ratings(when: Span) -> Figures:
    """Reviews that are shown, and their stars added up."""
    where = {"status": "visible", "createdAt": when}
    day = {"$group": {"_id": start("$createdAt"), "ratings": {"$sum": 1}, "stars": {"$sum": "$rating"}}}
    return _by_day(reviews.aggregate(where, [day, _named()]))


def codes(when: Span) -> Figures:
    """One-time codes that were sent, that failed, and that wait; those nobody needed any more are left out."""
    counted = {
        name: {"$sum": {"$cond": [{"$eq": ["$status", status]}, 1, 0]}}
        for name, status in (("codesSent", "sent"), ("codesFailed", "failed"), ("codesWaiting", "queued"))
    }
    day = {"$group": {"_id": start("$createdAt"), **counted}}
    return _by_day(otps.aggregate({"createdAt": when}, [day, _named()]))


def _course_at(field: str) -> list[dict[str, Any]]:
    """The stages that put the category and the lessons of the course that `field` names at `course`."""
    wanted = [{"$project": {"_id": 0, "category": 1, "requiredLessons": 1}}]
    look = {"from": courses.name, "localField": field, "foreignField": "_id", "pipeline": wanted, "as": "course"}
    return [{"$lookup": look}, {"$set": {"course": {"$first": "$course"}}}]


def _by_category(begins: str, sums: dict[str, Any]) -> list[dict[str, Any]]:
    category = {"$ifNull": ["$course.category", None]}
    group = {"$group": {"_id": {"begins": begins, "category": category}, **sums}}
    return [group, {"$set": {"_id": "$_id.begins", "category": "$_id.category"}}, _named()]


def _named() -> dict[str, Any]:
    """The stage from the first moment of a period to its name."""
    return {"$set": {"_id": named("$_id")}}


def _by_day(rows: Iterable[dict[str, Any]]) -> Figures:
    return {row.pop("_id"): row for row in rows}


def _days_and_categories(rows: Iterable[dict[str, Any]], *shown: str) -> Figures:
    """The rows, one a day and category, added up by day; of each category what is `shown` of it."""
    days: Figures = {}
    for row in rows:
        day, category = days.setdefault(row.pop("_id"), {"categories": {}}), row.pop("category")
        day["categories"][category] = {name: row[name] for name in shown}
        for name, value in row.items():
            day[name] = day.get(name, 0) + value
    return days
