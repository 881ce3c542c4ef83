"""Payments that a buyer's bank takes back, or wants to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Subject
from lms.models.fields import Bounds, Ref

DisputeState = Literal["open", "under_review", "action_required", "won", "lost", "closed"]

DISPUTE_STATES: tuple[DisputeState, ...] = get_args(DisputeState)
OVER: tuple[DisputeState, ...] = ("won", "lost", "closed")
TO_ANSWER: tuple[DisputeState, ...] = ("open", "action_required")


class Dispute(TypedDict):
    _id: str
    order: Annotated[ObjectId, Ref("orders")]
    payment: str
    amount: Annotated[int, Bounds(0)]
    state: DisputeState
    phase: str
    reason: str
    deducted: NotRequired[int]
    taken: NotRequired[int]
    answerBy: datetime | None
    openedAt: datetime
    changedAt: datetime


class Disputes(Collection[Dispute]):
    """`_id` is the gateway's; `amount` is in paise what is disputed.

    Of one that is lost, `deducted` is what the bank took and `taken` what of that the order still had.
    """

    name = "disputes"
    fields = Dispute
    indexes = (
        IndexModel([("order", ASCENDING), ("openedAt", ASCENDING)]),
        IndexModel([("openedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("openedAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("amount", ASCENDING), ("_id", ASCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return f"dispute {document['_id']}"

    def subject(self, document: Mapping[str, Any]) -> Subject:
        """Its order, which has the page where it is seen."""
        return Subject("orders", document["order"], self.label(document))

    def taken(self, order_id: ObjectId) -> int:
        """What lost disputes took of an order's amount, in paise."""
        return sum(each.get("taken", 0) for each in self.find({"order": order_id, "state": "lost"}, {"taken": 1}))

    def lost_of(self, order_ids: list[ObjectId]) -> set[ObjectId]:
        """Those of the orders whose payment the bank took back."""
        return {each["order"] for each in self.find({"order": {"$in": order_ids}, "state": "lost"}, {"order": 1})}


disputes = Disputes()
