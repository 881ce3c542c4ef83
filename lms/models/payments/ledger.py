"""Money that really moved, one row a movement; rows are added and never changed."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import AS_BOOKED, Follows

Movement = Literal["capture", "refund", "dispute"]


class LedgerLine(TypedDict):
    course: ObjectId
    instructor: Annotated[ObjectId, Ref("users")]
    amount: int


class Booked(TypedDict):
    """What a movement is about; `fee` is what the buyer paid the gateway on top, which is no part of the amount."""

    order: Annotated[ObjectId, Ref("orders")]
    user: Annotated[ObjectId, Ref("users")]
    payment: str
    currency: str
    lines: list[LedgerLine]
    fee: NotRequired[int]


class LedgerRow(Booked):
    _id: str
    kind: Movement
    amount: int
    at: datetime


class Ledger(Collection[LedgerRow]):
    """`_id` is `<payment>:capture`, `<gateway's refund>:refund` or `<gateway's dispute>:dispute`.

    `amount` is in paise, negative when it went back.
    """

    name = "ledger"
    fields = LedgerRow
    on_merge = {"user": Follows(through="order"), "lines.instructor": AS_BOOKED}
    indexes = (
        IndexModel([("lines.course", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("order", ASCENDING), ("at", ASCENDING)]),
        IndexModel([("at", ASCENDING), ("kind", ASCENDING)]),
        IndexModel([("at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("kind", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("amount", ASCENDING), ("_id", ASCENDING)]),
    )

    def add(self, kind: Movement, moved_as: str, amount: int, facts: Booked) -> None:
        """Write a movement down; DuplicateKeyError when it is there already."""
        self.insert({**facts, "_id": f"{moved_as}:{kind}", "kind": kind, "amount": amount, "at": now()})

    def has(self, kind: Movement, moved_as: str) -> bool:
        return self.get({"_id": f"{moved_as}:{kind}"}, {"_id": 1}) is not None

    def net_of_order(self, order_id: ObjectId) -> Counter[ObjectId]:
        """What arrived for each course of an order less what went back, in paise."""
        net: Counter[ObjectId] = Counter()
        for row in self.find({"order": order_id}, {"lines": 1}):
            for line in row["lines"]:
                net[line["course"]] += line["amount"]
        return net

    def net_by_course(self, course_ids: list[ObjectId]) -> dict[ObjectId, int]:
        """What arrived for each of the courses less what went back, in paise."""
        rows = self.aggregate(
            {"lines.course": {"$in": course_ids}},
            [
                {"$unwind": "$lines"},
                {"$match": {"lines.course": {"$in": course_ids}}},
                {"$group": {"_id": "$lines.course", "amount": {"$sum": "$lines.amount"}}},
            ],
        )
        return {row["_id"]: row["amount"] for row in rows}


def shares(amount: int, weights: Iterable[int]) -> list[int]:
    """The amount split in whole paise by the weights, so that the parts are exactly the whole (largest remainder)."""
    weighed = list(weights)
    total = sum(weighed) or 1
    parts = [amount * weight // total for weight in weighed]
    by_remainder = sorted(range(len(weighed)), key=lambda place: -(amount * weighed[place] % total))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


ledger = Ledger()
