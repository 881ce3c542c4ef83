"""Keeping the rollups: what changed every few minutes, and at night everything that can still be counted."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pymongo
from bson import ObjectId

from lms.controllers.analytics import rollup_figures as figures
from lms.extensions import current_settings
from lms.jobs.analytics import rollups as jobs
from lms.models import base
from lms.models.accounts.otps import KEPT as CODES_KEPT
from lms.models.accounts.users import users
from lms.models.analytics.periods import Granularity, Period, between, day_of, holding, key
from lms.models.analytics.rollups import SUMS, rollups
from lms.models.base import Filter, now
from lms.models.learning.enrollments import enrollments
from lms.models.learning.progress_events import KEPT as EVENTS_KEPT
from lms.models.learning.progress_events import WINDOW, progress_events
from lms.models.learning.reviews import reviews
from lms.models.transactions import transactional

OVERLAP = WINDOW + timedelta(minutes=1)
"""How far back changes are looked for again: a window is noted once, and a transaction may commit late."""

MARGIN_SECONDS = 2
"""What a job leaves of its time."""

COUNTS = (
    figures.sign_ups,
    figures.enrolments,
    figures.new_learners,
    figures.completions,
    figures.revenue,
    figures.ratings,
    figures.codes,
)
LONGER: tuple[Granularity, ...] = ("week", "month")
CODE_FIGURES = ("codesSent", "codesFailed", "codesWaiting")


def refresh() -> None:
    """Have the days counted again that changed since the last time, and the two newest anyway."""
    moment, since = now(), rollups.counted_until()
    changed = every_day(moment) if since is None else _changed_days(since - OVERLAP)
    _promise({*changed, *_newest(moment)}, moment)


def recount_all() -> None:
    """Have every day counted again of which there are still raw documents."""
    moment = now()
    _promise(every_day(moment), moment)


@transactional
def _promise(days: Iterable[date], counted_until: datetime) -> None:
    """Promise a job a week, so that each ends in time."""
    for _, week in groupby(sorted(days), lambda day: holding("week", day)):
        jobs.recount.promise(*(day.isoformat() for day in week))
    rollups.count_until(counted_until)


def _newest(moment: datetime) -> set[date]:
    today = day_of(moment)
    return {today, today - timedelta(days=1)}


def every_day(moment: datetime) -> list[date]:
    """The days since the first sign-up whose time is known."""
    known = {"createdAt": {"$type": "date"}}
    first = users.raw.find_one(known, {"createdAt": 1}, sort=[("createdAt", pymongo.ASCENDING)])
    begins = day_of(first["createdAt"]) if first else day_of(moment)
    return [period.first for period in between("day", begins, day_of(moment))]


def _changed_days(since: datetime) -> set[date]:
    """The days whose figures something since then may have changed."""
    recent = {"$gte": since}
    changes: tuple[tuple[base.Collection[Any], Filter, str], ...] = (
        (enrollments, {"enrolledAt": recent}, "$enrolledAt"),
        (enrollments, {"endedAt": recent}, "$enrolledAt"),
        (progress_events, {"receivedAt": recent}, "$at"),
        (reviews, {"updatedAt": recent}, "$createdAt"),
        (reviews, {"decidedAt": recent}, "$createdAt"),
        (reviews, {"deletedAt": recent}, "$createdAt"),
    )
    found = [_days_of(collection, where, field) for collection, where, field in changes]
    return {date.fromisoformat(day) for day in set().union(*found, _advanced_cohorts(recent)) if day}


def _days_of(collection: base.Collection[Any], where: Filter, field: str) -> set[str | None]:
    """None among them stands for documents that do not say their day."""
    return {row["_id"] for row in collection.aggregate(where, [{"$group": {"_id": key(field)}}])}


def _advanced_cohorts(recent: dict[str, datetime]) -> set[str | None]:
    """The days on which those enrolled who have watched since."""
    pair = {"$expr": {"$and": [{"$eq": ["$user", "$$user"]}, {"$eq": ["$course", "$$course"]}]}}
    look = {
        "from": enrollments.name,
        "let": {"user": "$_id.user", "course": "$_id.course"},
        "pipeline": [{"$match": pair}, {"$project": {"enrolledAt": 1}}],
        "as": "held",
    }
    watched = {"$group": {"_id": {"user": "$user", "course": "$course"}}}
    days = {"$group": {"_id": key("$held.enrolledAt")}}
    stages: list[dict[str, Any]] = [watched, {"$lookup": look}, {"$unwind": "$held"}, days]
    return {row["_id"] for row in progress_events.aggregate({"receivedAt": recent}, stages)}


def recount(days: Iterable[str]) -> None:
    """Count these days (such as `2026-11-21`) again from the raw documents, and their weeks and months with them."""
    with pymongo.timeout(current_settings().job_timeout - MARGIN_SECONDS):
        count(date.fromisoformat(day) for day in days)


def count(days: Iterable[date]) -> None:
    """Count the days, however long that takes."""
    chosen = [Period(day, "day") for day in sorted(days)]
    _recount_active(chosen)
    for run in _runs(chosen):
        when = figures.span(run)
        parts = [counted(when) for counted in COUNTS]
        rollups.keep({day: _day(day, [part.get(day.first.isoformat(), {}) for part in parts]) for day in run})


def _recount_active(days: list[Period]) -> None:
    """Count the active learners of the days, and of the weeks and months of those where that has changed.

    The days are written last: should this end before that, it finds them changed the next time as well.
    """
    known = rollups.active([day.id for day in days])
    counted = _active(days)
    moved = [day for day, learners in counted.items() if known.get(day.id) != learners]
    longer = {holding(granularity, day.first) for day in moved for granularity in LONGER}
    for active in (_active(longer), counted):
        rollups.keep({period: {"activeLearners": learners} for period, learners in active.items()})


def _active(periods: Collection[Period]) -> dict[Period, int]:
    """The active learners of the periods, but of those of which no event is kept any more.

    Of one whose events have expired in part, what was counted of the whole is more, and stays.
    """
    earliest, known = now() - EVENTS_KEPT, rollups.active([period.id for period in periods])
    counted = {period: figures.active_learners(period) for period in periods if period.ends > earliest}
    return {
        period: learners if period.begins >= earliest else max(learners, known.get(period.id, 0))
        for period, learners in counted.items()
    }


def _runs(days: list[Period]) -> list[list[Period]]:
    """The days, those that follow one another together."""
    places = enumerate(days)
    by_distance = groupby(places, lambda each: each[1].first.toordinal() - each[0])
    return [[day for _, day in run] for _, run in by_distance]


def _day(day: Period, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """All that can still be counted of a day; what its expired documents said stays as it was."""
    counted: dict[str, Any] = dict.fromkeys(SUMS, 0)
    categories: dict[ObjectId | None, dict[str, Any]] = {}
    for part in parts:
        counted |= {name: value for name, value in part.items() if name != "categories"}
        for category, sums in part.get("categories", {}).items():
            nothing = {"category": category, "enrollments": 0, "captured": 0, "refunded": 0}
            categories.setdefault(category, nothing).update(sums)
    if day.begins < now() - CODES_KEPT:
        counted = {name: value for name, value in counted.items() if name not in CODE_FIGURES}
    return {**counted, "categories": sorted(categories.values(), key=lambda each: str(each["category"]))}
