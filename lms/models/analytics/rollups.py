"""What happened at the school, counted by day, so that reports need not count it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel, UpdateOne

from lms.models.analytics.periods import Granularity, Period
from lms.models.base import Collection, now

SUMS = (
    "signUps",
    "newLearners",
    "enrollments",
    "ended",
    "started",
    "half",
    "finished",
    "completions",
    "captured",
    "refunded",
    "ratings",
    "stars",
    "codesSent",
    "codesFailed",
    "codesWaiting",
)
"""The figures of a day that may be added up over days."""

COUNTED = "counted"
"""The id of the document that says up to when changes have been counted."""


class CategoryFigures(TypedDict):
    category: ObjectId | None
    enrollments: int
    captured: int
    refunded: int


class Rollup(TypedDict):
    """`_id` is such as `week:2026-11-16`; weeks and months hold only what does not add up: the active learners.

    `started`, `half` and `finished` are of the day's enrolments that have not ended; money is in paise.
    """

    _id: str
    granularity: Granularity
    begins: datetime
    activeLearners: int
    signUps: NotRequired[int]
    newLearners: NotRequired[int]
    enrollments: NotRequired[int]
    ended: NotRequired[int]
    started: NotRequired[int]
    half: NotRequired[int]
    finished: NotRequired[int]
    completions: NotRequired[int]
    captured: NotRequired[int]
    refunded: NotRequired[int]
    ratings: NotRequired[int]
    stars: NotRequired[int]
    codesSent: NotRequired[int]
    codesFailed: NotRequired[int]
    codesWaiting: NotRequired[int]
    categories: NotRequired[list[CategoryFigures]]
    countedAt: datetime


class CountedUntil(TypedDict):
    """Up to when changes have been counted."""

    _id: Literal["counted"]
    until: datetime


class Rollups(Collection[Rollup]):
    name = "rollups"
    fields = Rollup | CountedUntil
    indexes = (IndexModel([("granularity", ASCENDING), ("begins", ASCENDING)]),)

    def keep(self, figures: Mapping[Period, Mapping[str, Any]]) -> None:
        """Set these figures of the periods, leaving their others; a day begins with every figure at nothing."""
        moment = now()
        changes = [_change(period, {**fields, "countedAt": moment}) for period, fields in figures.items()]
        self.bulk(changes)

    def active(self, ids: list[str]) -> dict[str, int]:
        """The active learners of these periods, by their ids."""
        return {each["_id"]: each["activeLearners"] for each in self.find({"_id": {"$in": ids}}, {"activeLearners": 1})}

    def counted_until(self) -> datetime | None:
        """Up to when changes have been counted; none before the first time."""
        found = self.raw.find_one({"_id": COUNTED})
        return found["until"] if found else None

    def count_until(self, moment: datetime) -> None:
        self.update({"_id": COUNTED}, {"$set": {"until": moment}}, upsert=True)


def _change(period: Period, fields: Mapping[str, Any]) -> UpdateOne:
    nothing: dict[str, Any] = {"granularity": period.granularity, "begins": period.begins, "activeLearners": 0}
    if period.granularity == "day":
        nothing |= {**dict.fromkeys(SUMS, 0), "categories": []}
    rest = {name: value for name, value in nothing.items() if name not in fields}
    return UpdateOne({"_id": period.id}, {"$set": dict(fields), "$setOnInsert": rest}, upsert=True)


rollups = Rollups()
