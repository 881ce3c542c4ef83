"""Days, weeks and months as the school's clock has them; a week begins on Monday."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args

from lms.extensions import current_settings

Granularity = Literal["day", "week", "month"]

GRANULARITIES: tuple[Granularity, ...] = get_args(Granularity)


@dataclass(frozen=True, order=True)
class Period:
    """A day, or the week or month that begins with it."""

    first: date
    granularity: Granularity

    @property
    def id(self) -> str:
        return f"{self.granularity}:{self.first.isoformat()}"

    def shifted(self, by: int) -> "Period":
        """The period so many later, or earlier."""
        if self.granularity == "month":
            years, month = divmod(self.first.year * 12 + self.first.month - 1 + by, 12)
            return Period(date(years, month + 1, 1), "month")
        return Period(self.first + by * timedelta(days=7 if self.granularity == "week" else 1), self.granularity)

    @property
    def begins(self) -> datetime:
        """Its first moment (UTC)."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it (UTC)."""
        return self.shifted(1).begins


def midnight(day: date) -> datetime:
    """The first moment of a day of the school's (UTC)."""
    local = datetime.combine(day, time(), current_settings().school_zone)
    return local.astimezone(UTC).replace(tzinfo=None)


def day_of(moment: datetime) -> date:
    """The school's day at a moment (UTC)."""
    return moment.replace(tzinfo=UTC).astimezone(current_settings().school_zone).date()


def holding(granularity: Granularity, day: date) -> Period:
    """The period that a day lies in."""
    if granularity == "week":
        day -= timedelta(days=day.weekday())
    elif granularity == "month":
        day = day.replace(day=1)
    return Period(day, granularity)


def between(granularity: Granularity, first: date, last: date) -> Iterator[Period]:
    """The periods from the one that holds `first` to the one that holds `last`."""
    period = holding(granularity, first)
    while period.first <= last:
        yield period
        period = period.shifted(1)


def start(field: str, granularity: Granularity = "day") -> dict[str, Any]:
    """The expression for the first moment of the period in which the time at `field` lies."""
    zone = current_settings().school_zone.key
    return {"$dateTrunc": {"date": field, "unit": granularity, "startOfWeek": "monday", "timezone": zone}}


def named(begins: Any) -> dict[str, Any]:
    """The expression for the name, such as `2026-11-21`, of the period that begins at that moment."""
    return {"$dateToString": {"date": begins, "format": "%Y-%m-%d", "timezone": current_settings().school_zone.key}}


def key(field: str, granularity: Granularity = "day") -> dict[str, Any]:
    """The expression for the name of the period in which the time at `field` lies."""
    return named(start(field, granularity))
