"""Money on its way back to learners."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Subject, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT

RefundState = Literal["pending", "processed", "failed"]
RefundCause = Literal[
    "staff",
    "already_held",
    "withdrawn",
    "duplicate_payment",
    "overpaid",
    "not_accepted",
    "gateway",
    "gateway_beside",
]

REFUND_STATES: tuple[RefundState, ...] = get_args(RefundState)
REFUND_CAUSES: tuple[RefundCause, ...] = get_args(RefundCause)

OURS_BESIDE_THE_ORDER: tuple[RefundCause, ...] = ("duplicate_payment", "overpaid", "not_accepted")
BESIDE_THE_ORDER: tuple[RefundCause, ...] = (*OURS_BESIDE_THE_ORDER, "gateway_beside")
"""Causes whose money never paid for the order."""

NOT_SET_ASIDE = tuple(cause for cause in BESIDE_THE_ORDER if cause != "not_accepted")
"""Causes that the order's own `refunded` does not count."""

MADE_AT_THE_GATEWAY: tuple[RefundCause, ...] = ("gateway", "gateway_beside")
"""Refunds that nobody asked for here."""

ASKED_AGAIN = timedelta(minutes=2)

REPEATED = timedelta(minutes=1)
"""How long the same refund once more is taken for a second click."""


class RefundedLine(TypedDict):
    """A line of the order that goes back, and how much of it."""

    course: ObjectId
    amount: Annotated[int, Bounds(1)]


class Asker(TypedDict):
    """Who of staff asked for a refund, if anybody did, and with which key."""

    by: Annotated[ObjectId | None, Ref("users")]
    idempotencyKey: NotRequired[str]
    asked: NotRequired[str]


class RefundFacts(Asker):
    order: Annotated[ObjectId, Ref("orders")]
    payment: str
    amount: Annotated[int, Bounds(0)]
    course: Annotated[ObjectId | None, Ref("courses")]
    lines: NotRequired[list[RefundedLine]]
    cause: RefundCause
    reason: str
    razorpayRefundId: NotRequired[str]


class Refund(RefundFacts):
    _id: ObjectId
    state: RefundState
    failure: NotRequired[str]
    nextCheckAt: datetime | None
    createdAt: datetime
    processedAt: NotRequired[datetime]


def named_lines(refund: Refund) -> dict[ObjectId, int]:
    """How much goes back for which course, in paise; nothing where an amount of the whole order does."""
    if "lines" in refund:
        return {line["course"]: line["amount"] for line in refund["lines"]}
    return {refund["course"]: refund["amount"]} if refund["course"] else {}


class Refunds(Collection[Refund]):
    """`amount` is in paise; the id is the idempotency key at the gateway.

    `course` is the one line that our own rules give back, `lines` are those that staff named; neither for an amount.
    `asked` is the hash of the request that came with an `idempotencyKey`.
    """

    name = "refunds"
    fields = Refund
    on_merge = {"by": WHO_DID_IT}
    indexes = (
        IndexModel([("order", ASCENDING), ("createdAt", ASCENDING)]),
        IndexModel([("nextCheckAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel(
            [("payment", ASCENDING), ("cause", ASCENDING), ("course", ASCENDING)],
            unique=True,
            partialFilterExpression={"cause": {"$in": ["already_held", "withdrawn", *OURS_BESIDE_THE_ORDER]}},
        ),
        IndexModel(
            [("by", ASCENDING), ("idempotencyKey", ASCENDING)],
            name="by_idempotencyKey_given",
            unique=True,
            partialFilterExpression={"idempotencyKey": {"$exists": True}},
        ),
        IndexModel("razorpayRefundId", name="razorpayRefundId_given", unique=True, sparse=True),
        IndexModel([("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("amount", ASCENDING), ("_id", ASCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return f"refund of order {document['order']}"

    def subject(self, document: Mapping[str, Any]) -> Subject:
        """Its order, which has the page where it is seen."""
        return Subject("orders", document["order"], self.label(document))

    def add(self, facts: RefundFacts) -> ObjectId:
        """Write a refund down that is to be made; DuplicateKeyError when our own cause has made it already."""
        moment = now()
        return self.insert(
            {
                **facts,
                "_id": ObjectId(),
                "state": "pending",
                "nextCheckAt": moment + ASKED_AGAIN,
                "createdAt": moment,
            }
        )

    def asked_just_now(self, order_id: ObjectId, amount: int) -> bool:
        """Whether staff have asked for the same amount of an order within the last minute, and it has not failed.

        Lines and all that is left need no such question: asked for again, nothing is left of them.
        """
        where = {"order": order_id, "cause": "staff", "amount": amount, "lines": None, "state": {"$ne": "failed"}}
        return self.count({**where, "createdAt": {"$gt": now() - REPEATED}}) > 0

    def known(self, razorpay_refund_ids: list[str], keys: list[str]) -> set[str]:
        """Those of the gateway's refunds that are written down here, by its ids or by the keys they were asked with."""
        own = [ObjectId(key) for key in keys if ObjectId.is_valid(key)]
        found = self.find({"$or": [{"razorpayRefundId": {"$in": razorpay_refund_ids}}, {"_id": {"$in": own}}]})
        return {name for each in found for name in (each.get("razorpayRefundId"), str(each["_id"])) if name}

    def paid_out(self, order_id: ObjectId) -> int:
        """What went back of an order's own payment, in paise."""
        done = {"order": order_id, "state": "processed", "cause": {"$nin": BESIDE_THE_ORDER}}
        return sum(refund["amount"] for refund in self.find(done, {"amount": 1}))

    def pending_by_course(self, order_id: ObjectId) -> Counter[ObjectId]:
        """What is still to go back for single lines of an order, in paise."""
        pending: Counter[ObjectId] = Counter()
        for refund in self.find({"order": order_id, "state": "pending", "cause": {"$nin": BESIDE_THE_ORDER}}):
            pending.update(named_lines(refund))
        return pending

    def claim_due(self) -> Refund | None:
        """Take one pending refund the gateway is to be asked about, and not again for a while."""
        moment = now()
        return self.change(
            {"nextCheckAt": {"$lte": moment}, "state": "pending"}, {"$set": {"nextCheckAt": moment + ASKED_AGAIN}}
        )

    def settle(self, refund_id: ObjectId, state: RefundState, facts: dict[str, Any]) -> Refund | None:
        """End a pending refund; none when it has ended already."""
        change = {"state": state, "nextCheckAt": None, **facts}
        return self.change({"_id": refund_id, "state": "pending"}, {"$set": change})


refunds = Refunds()
