"""Tables of who attends which course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from lms.controllers.imports.kinds import places
from lms.controllers.imports.kinds.base import Column, Kind, RowFault, Written, told, valid
from lms.controllers.imports.kinds.places import Places
from lms.extensions import current_settings
from lms.models.accounts.users import User, users
from lms.models.base import now
from lms.models.imports.import_rows import Made
from lms.models.imports.imports import Import
from lms.schemas.fields import Email, In

MOST_RUPEES = 10_000_000
EMAIL = ("e-mail", "mail", "emailAddress")
"""Other names of the column."""


class EnrollmentRow(In):
    email: Email
    course: Annotated[str, Field(max_length=200)] = ""
    enrolled_at: date | None = None
    amount_paid: Annotated[Decimal, Field(ge=0, le=MOST_RUPEES, decimal_places=2)] = Decimal(0)


@dataclass(frozen=True)
class Asked:
    """Who is to attend which course (an id or a title), since when, and what they paid elsewhere, in paise."""

    email: str
    course: str
    at: datetime | None
    amount: int


class Enrollments(Kind[Asked]):
    name = "enrollments"
    columns: ClassVar[Sequence[Column]] = (
        Column("email", "Of somebody who has an account.", ("asha@example.com", "ravi@example.com"), True, EMAIL),
        Column(
            "course",
            "The course's id, or its title word for word.",
            ("Weaving for beginners", ""),
            also=("courseId", "courseTitle"),
        ),
        Column(
            "enrolledAt", "Since when, such as 2026-01-31; today where it is empty.", ("2026-01-31", ""), also=("date",)
        ),
        Column("amountPaid", "In rupees, as information: no invoice is made.", ("499", ""), also=("amount", "paid")),
    )

    def check(self, row: Mapping[str, str], of: Import) -> Asked:
        found = valid(EnrollmentRow, row)
        course = str(of["course"]) if "course" in of else found.course
        if not course:
            raise RowFault("missing", "course: This field is required.", "course")
        at = _beginning(found.enrolled_at) if found.enrolled_at else None
        if at and at > now():
            raise RowFault(
                "in_future", told("enrolledAt", row["enrolledAt"], "This day is still to come."), "enrolledAt"
            )
        return Asked(found.email, course, at, int(found.amount_paid * 100))

    def identity(self, checked: Asked) -> Any:
        return checked.email, checked.course

    def write(self, rows: Sequence[Asked], of: Import) -> list[Written]:
        known = by_email(each.email for each in rows)
        there = Places((each.course for each in rows), (each["_id"] for each in known.values()))
        written = [_written(each, known.get(each.email), there) for each in rows]
        there.count()
        return written

    def undo(self, made: Sequence[Made]) -> bool:
        return places.take_back(made)


def _written(asked: Asked, user: User | None, there: Places) -> Written:
    try:
        found = require_account(asked.email, user)
        course = there.course(asked.course, "course")
        if not there.require_enrollable(found["_id"], course, "course"):
            return Written("skipped", code="already_enrolled", reason="They attend the course already.")
    except RowFault as fault:
        return Written.fault(fault)
    return Written("created", there.enroll(found["_id"], course, asked.amount, asked.at))


def require_account(email: str, user: User | None) -> User:
    """The account of an address, which has to be one that can attend courses; raises RowFault."""
    if user is None or user["emailVerifiedAt"] is None:
        raise RowFault("no_such_account", told("email", email, "Nobody has an account with this address."), "email")
    if "deletedAt" in user:
        raise RowFault("account_deleted", told("email", email, "This account is deleted."), "email")
    return user


def by_email(emails: Any) -> dict[str, User]:
    """The accounts of these addresses, also those that are deleted and can come back."""
    return {each["email"]: each for each in users.raw.find({"email": {"$in": list(set(emails))}})}


def _beginning(day: date) -> datetime:
    """The beginning of a day of the school's, in UTC."""
    local = datetime(day.year, day.month, day.day, tzinfo=current_settings().school_zone)
    return local.astimezone(UTC).replace(tzinfo=None)
