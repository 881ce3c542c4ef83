"""Deadlines as people name them, a wall clock somewhere, and what being late means.

A minute that is named holds until its end: `23:59` until 23:59:59.999. One that comes twice, when clocks go back, is
the later one; one that clocks go forward over does not exist.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from lms.errors import NoSuchLocalTime
from lms.models.assessment.assignments import Assignment, LateKind
from lms.models.assessment.extensions import Extension

FORMAT = "%Y-%m-%dT%H:%M"
MINUTE = timedelta(minutes=1)
LAST = MINUTE - timedelta(milliseconds=1)
"""From the beginning of a minute to its last moment, as MongoDB counts."""


@dataclass(frozen=True)
class Window:
    """Until when work is taken: on time up to `due` and the grace after it, late up to `closes`; none is for ever."""

    due: datetime | None = None
    grace: timedelta = timedelta()
    closes: datetime | None = None
    late: LateKind = "none"

    @property
    def end(self) -> datetime | None:
        """The last moment at which anything is taken."""
        refused = self.due + self.grace if self.due and self.late == "refused" else None
        return min(filter(None, (refused, self.closes)), default=None)

    def is_open(self, moment: datetime) -> bool:
        return self.end is None or moment <= self.end

    def late_by(self, moment: datetime) -> int:
        """The seconds past the deadline, started ones in full; 0 within the grace."""
        if self.due is None or moment <= self.due + self.grace:
            return 0
        return -((self.due - moment) // timedelta(seconds=1))

    def extended(self, due: datetime) -> "Window":
        """The same for somebody who has until another moment, which may be after all others' end."""
        closes = max(self.closes, due + self.grace) if self.closes else None
        return Window(due, self.grace, closes, self.late)


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})


def last_moment(local: str, zone: str) -> datetime:
    """When the minute that is shown by clocks in the zone ends, in UTC; raises NoSuchLocalTime."""
    named = datetime.strptime(local, FORMAT).replace(tzinfo=ZoneInfo(zone), fold=1)
    moment = named.astimezone(UTC)
    if moment.astimezone(named.tzinfo).replace(tzinfo=None) != named.replace(tzinfo=None):
        before, after = _around(named)
        raise NoSuchLocalTime(f"Clocks in {zone} go forward over {local}. The nearest times are {before} and {after}.")
    return moment.replace(tzinfo=None) + LAST


def _around(named: datetime) -> tuple[str, str]:
    """The last minute that clocks show before a gap that the time lies in, and the first after it.

    Read by the clock of after (`fold=1`) the time lies before the gap, by that of before it lies after.
    """
    low, high = named.astimezone(UTC), named.replace(fold=0).astimezone(UTC)
    ahead = low.astimezone(named.tzinfo).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(named.tzinfo).utcoffset() == ahead:
            low = middle
        else:
            high = middle
    shown = [each.astimezone(named.tzinfo) for each in (high - MINUTE, high)]
    return shown[0].strftime(FORMAT), shown[1].strftime(FORMAT)


def penalty(raw: int, out_of: int, late_by: int, percent: int, most: int) -> int:
    """What being late takes away, in hundredths: so many percent of all there was to reach for each day begun."""
    days = -(-late_by // 86_400)
    return min(raw, out_of * min(percent * days, most) // 100)


def window(assignment: Assignment, extension: Extension | None = None) -> Window:
    """Until when an assignment takes work, for all or for who was given an extension."""
    due, closes = assignment["due"], assignment["closes"]
    grace = timedelta(seconds=assignment["graceSeconds"])
    found = Window(due and due["at"], grace, closes and closes["at"], assignment["late"]["kind"])
    return found.extended(extension["due"]["at"]) if extension and extension["due"] else found
