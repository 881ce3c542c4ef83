"""The lists in which anybody can look up whether a certificate was revoked."""

from datetime import datetime
from typing import NotRequired, TypedDict

from pymongo import IndexModel

from lms.models.base import Collection, now


class StatusList(TypedDict):
    _id: int
    base: str
    signed: NotRequired[bytes]
    signedAt: NotRequired[datetime]
    validUntil: NotRequired[datetime]
    dirtySince: NotRequired[datetime]


class StatusLists(Collection[StatusList]):
    """`_id` is its number, `base` where it lies: certificates from before the school moved name the old address.

    `dirtySince` is when one of its certificates was revoked after the list was signed.
    """

    name = "statusLists"
    fields = StatusList
    indexes = (IndexModel("dirtySince", sparse=True),)

    def newest(self) -> StatusList | None:
        found = self.find({}, {"base": 1}, sort=[("_id", -1)], limit=1)
        return found[0] if found else None

    def open(self, number: int, base: str) -> None:
        """Begin a list, if nobody has."""
        self.update({"_id": number}, {"$setOnInsert": {"base": base, "dirtySince": now()}}, upsert=True)

    def soil(self, number: int) -> None:
        """Note that a list is not what its certificates are any more; part of that change."""
        self.update({"_id": number}, {"$set": {"dirtySince": now()}})

    def publish(self, seen: StatusList, fields: dict[str, object]) -> bool:
        """Keep it as signed, and clean, unless it changed since it was `seen`."""
        where = {"_id": seen["_id"], "dirtySince": seen.get("dirtySince"), "signedAt": seen.get("signedAt")}
        return self.update(where, {"$set": fields, "$unset": {"dirtySince": ""}})


status_lists = StatusLists()
