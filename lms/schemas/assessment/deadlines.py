"""Deadlines as people name them: what clocks show somewhere."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from lms.schemas.fields import In, Moment, Out, Said
from lms.services.assessment import deadlines

FIRST_YEAR, LAST_YEAR = 2000, 2199


def _local(value: str) -> str:
    try:
        year = datetime.strptime(value, deadlines.FORMAT).year  # noqa: DTZ007 - what clocks show has no zone
    except ValueError:
        raise ValueError("This has to be a day and a minute, such as 2027-03-28T23:59.") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"This has to be between {FIRST_YEAR} and {LAST_YEAR}.")
    return value


def _zone(value: str) -> str:
    if value not in deadlines.zones():
        raise ValueError("This is not the name of a time zone, such as Asia/Kolkata.")
    return value


LOCAL = r"^2[01]\d\d-\d\d-\d\dT\d\d:\d\d$"
LocalMinute = Annotated[str, AfterValidator(_local), Said({"pattern": LOCAL, "examples": ["2027-03-28T23:59"]})]
Zone = Annotated[
    str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$", examples=["Asia/Kolkata"]), AfterValidator(_zone)
]


class DeadlineIn(In):
    """The minute holds until its end; one that comes twice is the later one."""

    local: LocalMinute
    zone: Zone


class DeadlineOut(Out):
    """`at` is its last moment."""

    local: str
    zone: str
    at: Moment
