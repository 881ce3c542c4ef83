"""The filters of lists: each narrows the query by one field."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bson import ObjectId
from flask_admin.model.filters import BaseFilter

from lms.extensions import current_settings
from lms.models.base import Filter
from lms.models.catalogue.courses import courses

Options = Sequence[str] | Sequence[tuple[str, str]]


class Narrowing(BaseFilter):  # type: ignore[misc]
    """One input above a list; `field` is the stored field, and the name of the parameter unless `key` is."""

    widget = "text"

    def __init__(self, field: str, label: str, key: str = "") -> None:
        super().__init__(label, key_name=(key or field).replace(".", "_"))
        self.field = field

    def operation(self) -> str:
        return "is"

    def clean(self, value: str) -> Any:
        return value

    def clause(self, value: Any) -> Filter:
        return {self.field: value}

    def apply(self, query: list[Filter], value: str) -> list[Filter]:
        return [*query, self.clause(self.clean(value))]


class OneOf(Narrowing):
    """A field that has one of few values; options are words, or pairs of stored value and label."""

    widget = "select"

    def __init__(self, field: str, label: str, options: Options | Callable[[], Options], key: str = "") -> None:
        super().__init__(field, label, key)
        self.given = options

    def choices(self) -> list[tuple[str, str]]:
        given = self.given() if callable(self.given) else self.given
        return [(each, each.replace("_", " ")) if isinstance(each, str) else each for each in given]

    def clean(self, value: str) -> str:
        if value not in {stored for stored, _ in self.choices()}:
            raise ValueError
        return value


class IdOneOf(OneOf):
    """A field that holds the id of one of few documents; options are pairs of id and label."""

    def clean(self, value: str) -> Any:
        return ObjectId(super().clean(value))


class YesNo(OneOf):
    """Whether a field has a value that counts as yes; `yes` and `no` are what to look for."""

    def __init__(self, field: str, label: str, yes: Filter, no: Filter, key: str = "") -> None:
        super().__init__(field, label, ("yes", "no"), key)
        self.meaning = {"yes": yes, "no": no}

    def clause(self, value: str) -> Filter:
        return self.meaning[value]


class Only(OneOf):
    """Rows that have something; asking for all the others would mean reading each of them."""

    def __init__(self, field: str, label: str, where: Filter) -> None:
        super().__init__(field, label, ("yes",))
        self.where = where

    def clause(self, value: str) -> Filter:
        return self.where


class OfCourse(Narrowing):
    """What belongs to the course of that id, or to courses whose title holds every word of the text."""

    def clause(self, value: str) -> Filter:
        return {self.field: ObjectId(value) if ObjectId.is_valid(value) else {"$in": courses.titled(value)}}


class Since(Narrowing):
    """From the beginning of a day at the school."""

    widget = "date"

    def clean(self, value: str) -> datetime:
        try:
            return self._midnight(date.fromisoformat(value))
        except OverflowError:
            raise ValueError from None

    def _midnight(self, day: date) -> datetime:
        """When the day begins at the school, as it is stored."""
        begins = datetime.combine(day, time(), current_settings().school_zone)
        return begins.astimezone(UTC).replace(tzinfo=None)

    def clause(self, value: datetime) -> Filter:
        return {self.field: {"$gte": value}}


class Until(Since):
    """The day itself included."""

    def _midnight(self, day: date) -> datetime:
        return super()._midnight(day + timedelta(days=1))

    def clause(self, value: datetime) -> Filter:
        return {self.field: {"$lt": value}}


class Between:
    """Two days, either of which may be left open."""

    def __init__(self, field: str, label: str) -> None:
        self.parts = (
            Since(field, f"{label} from", f"{field}_from"),
            Until(field, f"{label} until", f"{field}_until"),
        )


def flat(declared: Sequence[Narrowing | Between]) -> list[Narrowing]:
    return [part for each in declared for part in (each.parts if isinstance(each, Between) else (each,))]
