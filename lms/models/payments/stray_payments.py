"""Captured payments of no order that is known here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref

StrayState = Literal["waiting", "assigned", "returning", "returned", "foreign"]

STRAY_STATES: tuple[StrayState, ...] = get_args(StrayState)


class StrayPayment(TypedDict):
    _id: str
    razorpayOrderId: str | None
    amount: Annotated[int, Bounds(0)]
    currency: str
    state: StrayState
    reason: NotRequired[str]
    failure: NotRequired[str]
    order: NotRequired[Annotated[ObjectId, Ref("orders")]]
    seenAt: datetime
    decidedAt: NotRequired[datetime]


class StrayPayments(Collection[StrayPayment]):
    """`_id` is the gateway's payment; `amount` is in paise, what had not gone back; `foreign` is another shop's.

    Who paid is asked of the gateway where somebody looks, and not kept.
    """

    name = "strayPayments"
    fields = StrayPayment
    indexes = (
        IndexModel([("seenAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("seenAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("amount", ASCENDING), ("_id", ASCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return f"payment {document['_id']}"

    def note(self, payment_id: str, razorpay_order_id: str | None, amount: int, currency: str) -> None:
        """Write one down that waits for a decision; DuplicateKeyError when it has been."""
        facts = {"razorpayOrderId": razorpay_order_id, "amount": amount, "currency": currency}
        self.insert({**facts, "_id": payment_id, "state": "waiting", "seenAt": now()})  # type: ignore[typeddict-item]

    def decide(self, payment_id: str, state: StrayState, facts: Mapping[str, Any]) -> StrayPayment | None:
        """Move one that waits; none when it waits no longer."""
        change = {"$set": {"state": state, "decidedAt": now(), **facts}, "$unset": {"failure": ""}}
        return self.change({"_id": payment_id, "state": "waiting"}, change)

    def went_back(self, payment_id: str) -> None:
        self.update({"_id": payment_id, "state": "returning"}, {"$set": {"state": "returned"}})

    def could_not_go_back(self, payment_id: str, failure: str, left: int) -> None:
        """Let staff decide once more, on what is left of it now."""
        change = {"state": "waiting", "failure": failure, "amount": left}
        self.update({"_id": payment_id, "state": "returning"}, {"$set": change})

    def by_state(self) -> dict[str, int]:
        """How many there are in each state."""
        counted = dict.fromkeys(STRAY_STATES, 0)
        found = self.aggregate({}, [{"$group": {"_id": "$state", "number": {"$sum": 1}}}])
        return {**counted, **{each["_id"]: each["number"] for each in found}}


stray_payments = StrayPayments()
