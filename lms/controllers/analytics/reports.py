"""How the school is doing: a report made of the rollups and of the counters that courses keep."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from bson import ObjectId

from lms.controllers.analytics import catalogue_figures
from lms.errors import InvalidRequest
from lms.extensions import current_settings
from lms.models.analytics.periods import Granularity, Period, between, day_of, holding, key
from lms.models.analytics.rollups import SUMS, rollups
from lms.models.base import now
from lms.models.catalogue.categories import categories
from lms.schemas.analytics.reports import AnalyticsQuery

LENGTHS: dict[Granularity, int] = {"day": 30, "week": 12, "month": 12}
"""Periods in a report that does not say from when."""

MOST: dict[Granularity, int] = {"day": 366, "week": 160, "month": 60}
"""Periods in one report."""

Figures = dict[str, Any]
Names = dict[ObjectId | None, Figures]

NOTHING = dict.fromkeys(SUMS, 0)


@dataclass(frozen=True)
class Range:
    """Whole periods of one kind that follow one another."""

    periods: tuple[Period, ...]

    @property
    def granularity(self) -> Granularity:
        return self.periods[0].granularity

    @property
    def last(self) -> date:
        """Its last day."""
        return self.periods[-1].shifted(1).first - timedelta(days=1)

    @property
    def when(self) -> dict[str, datetime]:
        """The condition on a time to lie in the range."""
        return {"$gte": self.periods[0].begins, "$lt": self.periods[-1].ends}

    @property
    def before(self) -> "Range":
        """As many periods, up to this range."""
        return Range(tuple(period.shifted(-len(self.periods)) for period in self.periods))

    @property
    def facts(self) -> Figures:
        days = {"from": self.periods[0].first, "to": self.last}
        return {**days, "granularity": self.granularity, "timezone": current_settings().school_zone.key}


def chosen(query: AnalyticsQuery) -> Range:
    """The periods that are asked for; raises InvalidRequest when there are none, or too many."""
    granularity, last = query.granularity, query.last or day_of(now())
    most = MOST[granularity]
    first = query.first or holding(granularity, last).shifted(1 - LENGTHS[granularity]).first
    periods = tuple(islice(between(granularity, first, last), most + 1))
    if first > last:
        raise InvalidRequest(errors={"from": "This is after the last day of the report."})
    if len(periods) > most:
        raise InvalidRequest(errors={"from": f"A report by {granularity} covers at most {most} {granularity}s."})
    return Range(periods)


def report(query: AnalyticsQuery) -> Figures:
    """What happened in a time, and how the catalogue stands now."""
    asked = chosen(query)
    names: Names = {each["id"]: {"id": each["id"], "name": each["name"]} for each in categories.cards()}
    return {
        **asked.facts,
        "countedUntil": rollups.counted_until(),
        **happened(asked, names),
        **catalogue_figures.present(names),
    }


def happened(asked: Range, names: Names) -> Figures:
    """The figures of each period and of the whole range, from the rollups."""
    by_period = {"_id": key("$begins", asked.granularity), **{name: {"$sum": f"${name}"} for name in SUMS}}
    by_day = {"$project": {"_id": 0, "day": key("$begins"), "activeLearners": 1}}
    facets = {
        "sums": [{"$group": by_period}],
        "categories": _by_category(asked.granularity),
        "days": [{"$sort": {"begins": 1}}, by_day],
    }
    [found] = rollups.aggregate({"granularity": "day", "begins": asked.when}, [{"$facet": facets}])
    sums, active = {row["_id"]: row for row in found["sums"]}, _active(asked)
    categories: defaultdict[str, list[Figures]] = defaultdict(list)
    for row in found["categories"]:
        categories[row["period"]].append({"category": names.get(row["category"]), **_money(row)})
    every = {name: sum(row[name] for row in sums.values()) for name in SUMS}
    return {
        "totals": {**shown(every), "usersEnrolled": _users_enrolled(asked)},
        "series": [
            {
                "period": day,
                "activeLearners": active.get(day, 0),
                **shown(sums.get(day, NOTHING)),
                "categories": categories[day],
            }
            for day in (period.first.isoformat() for period in asked.periods)
        ],
        "activeLearnersByDay": found["days"],
    }


def _by_category(granularity: Granularity) -> list[Figures]:
    figures = ("enrollments", "captured", "refunded")
    group = {"period": key("$begins", granularity), "category": "$categories.category"}
    sums = {name: {"$sum": f"$categories.{name}"} for name in figures}
    flat = {"_id": 0, "period": "$_id.period", "category": "$_id.category", **dict.fromkeys(figures, 1)}
    return [{"$unwind": "$categories"}, {"$group": {"_id": group, **sums}}, {"$sort": {"_id": 1}}, {"$project": flat}]


def _active(asked: Range) -> dict[str, int]:
    """Active learners by the first day of the period: they do not add up, so each kind of period has its own."""
    found = rollups.find({"granularity": asked.granularity, "begins": asked.when}, {"activeLearners": 1})
    return {each["_id"].partition(":")[2]: each["activeLearners"] for each in found}


def _users_enrolled(asked: Range) -> int:
    """Users who have enrolled by the end of the range: everybody is a new learner once."""
    ended = {"granularity": "day", "begins": {"$lt": asked.when["$lt"]}}
    found = rollups.aggregate(ended, [{"$group": {"_id": None, "users": {"$sum": "$newLearners"}}}])
    return found[0]["users"] if found else 0


def shown(sums: Figures) -> Figures:
    """Sums of rollups as reports show them."""
    sent, failed = sums["codesSent"], sums["codesFailed"]
    enrolled = sums["enrollments"] - sums["ended"]
    return {
        **{name: sums[name] for name in ("signUps", "newLearners", "ended", "captured", "refunded", "completions")},
        **_money(sums),
        "ratingCount": sums["ratings"],
        "averageRating": ratio(sums["stars"], sums["ratings"]),
        "funnel": {"enrolled": enrolled, **{name: sums[name] for name in ("started", "half", "finished")}},
        "codes": {
            "sent": sent,
            "failed": failed,
            "waiting": sums["codesWaiting"],
            "deliveryRate": ratio(sent, sent + failed, 4),
        },
    }


def _money(sums: Figures) -> Figures:
    return {"enrollments": sums["enrollments"], "netRevenue": sums["captured"] - sums["refunded"]}


def ratio(part: int, whole: int, digits: int = 2) -> float | None:
    """The quotient, rounded; none of nothing."""
    return round(part / whole, digits) if whole else None
