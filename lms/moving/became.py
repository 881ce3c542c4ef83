"""What a document of theirs becomes here, and what was asked for of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.models.base import now
from lms.moving.losses import Loss

Document = Mapping[str, Any]

EPOCH, A_DAY = datetime(1970, 1, 1), timedelta(days=1)


@dataclass(frozen=True)
class Options:
    """`admins` are the accounts that become administrators, by their old ids; what is none is not decided yet.

    `since` leaves out accounts and courses that their server has not touched since then.
    """

    admins: frozenset[ObjectId] | None = None
    keep_published: bool | None = None
    instructors_wait: bool = False
    since: datetime | None = None

    def stored(self) -> dict[str, Any]:
        """What was decided, as a run keeps it for the next."""
        return {"admins": None if self.admins is None else sorted(self.admins), "keepPublished": self.keep_published}

    def after(self, decided: Mapping[str, Any]) -> "Options":
        """These, with what was decided before where they do not say: nobody is dismissed because it was forgotten."""
        admins, keep = self.admins, self.keep_published
        if admins is None and decided.get("admins") is not None:
            admins = frozenset(decided["admins"])
        return replace(self, admins=admins, keep_published=decided.get("keepPublished") if keep is None else keep)


@dataclass(frozen=True, slots=True)
class Beside:
    """A document that goes with another: made where it is not there, `upkeep` is MongoDB's update of it."""

    collection: str
    id: Any
    upkeep: Document


@dataclass(frozen=True, slots=True)
class Became:
    """One document of theirs, by its old id: a `document` here, or part of another (`into`), or nothing."""

    old: ObjectId
    document: Document | None = None
    into: ObjectId | None = None
    merged: bool = False
    losses: tuple[Loss, ...] = ()
    beside: tuple[Beside, ...] = ()


def made(document_id: ObjectId) -> datetime:
    """The time that an id was made (UTC, naive), which is all the time that most of their documents have."""
    return EPOCH + timedelta(seconds=int.from_bytes(document_id.binary[:4], "big"))


def moment(value: Any, document_id: ObjectId) -> datetime:
    """A time of theirs in whole milliseconds; where it is none, or none that anything was made at, that of the id."""
    known = isinstance(value, datetime) and EPOCH <= value <= now() + A_DAY
    return value if known else made(document_id)
