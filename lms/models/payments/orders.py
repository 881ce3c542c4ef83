"""What learners set out to buy, from the cart to the refund."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict, get_args

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Filter, Page, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import AS_BOOKED, Follows

OrderState = Literal["draft", "created", "expired", "paid", "partly_refunded", "refunded", "review"]

ORDER_STATES: tuple[OrderState, ...] = get_args(OrderState)
PAID: tuple[OrderState, ...] = ("paid", "partly_refunded", "refunded")
UNPAID: tuple[OrderState, ...] = ("created", "expired")

CHECKS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 6 * 60, 24 * 60, 72 * 60))
"""How long after its creation the gateway is asked about an unpaid order."""

PLACING = timedelta(seconds=20)
"""Longer than the gateway can be asked for an order by its receipt and then for a new one."""


class Line(TypedDict):
    course: ObjectId
    instructor: Annotated[ObjectId, Ref("users")]
    title: str
    price: Annotated[int, Bounds(0)]
    amount: Annotated[int, Bounds(0)]


class Billing(TypedDict):
    """Whom the invoice is made out to; `state` is a GST code, and what the buyer did not say is none."""

    gstin: str | None
    name: str | None
    address: str | None
    state: str | None


class Cart(TypedDict):
    lines: list[Line]
    amount: Annotated[int, Bounds(0)]
    currency: str
    coupon: Annotated[str | None, Ref("coupons")]
    billing: NotRequired[Billing]


class Order(Cart):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    refunded: Annotated[int, Bounds(0)]
    couponHeld: bool
    state: OrderState
    idempotencyKey: NotRequired[str]
    placingUntil: NotRequired[datetime]
    authorized: NotRequired[str]
    razorpayOrderId: NotRequired[str]
    razorpayPaymentId: NotRequired[str]
    heldReason: NotRequired[str]
    heldFrom: NotRequired[datetime]
    checks: Annotated[int, Bounds(0)]
    nextCheckAt: datetime | None
    createdAt: datetime
    paidAt: NotRequired[datetime]


def was_paid(order: Order) -> bool:
    """Whether money was taken for it, also where it went back since; an order that staff declined never was."""
    return order["state"] in PAID and "paidAt" in order


def _unique_where_given(*fields: str) -> IndexModel:
    given = {fields[-1]: {"$exists": True}}
    keys = [(field, ASCENDING) for field in fields]
    return IndexModel(keys, name=f"{'_'.join(fields)}_given", unique=True, partialFilterExpression=given)


class Orders(Collection[Order]):
    """Money is in paise; a line's `price` is the catalogue's, its `amount` what is asked for after the coupon."""

    name = "orders"
    fields = Order
    personal = "user"
    on_merge = {"user": Follows(), "lines.instructor": AS_BOOKED}
    withheld = frozenset({"heldReason", "heldFrom", "checks", "nextCheckAt"})
    indexes = (
        _unique_where_given("user", "idempotencyKey"),
        _unique_where_given("razorpayOrderId"),
        _unique_where_given("razorpayPaymentId"),
        IndexModel([("user", ASCENDING), ("createdAt", DESCENDING)]),
        IndexModel([("nextCheckAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("createdAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("amount", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("coupon", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        """The gateway's id where it has one."""
        return document.get("razorpayOrderId") or str(document["_id"])

    def draft(self, user_id: ObjectId, cart: Cart, idempotency_key: str | None) -> Order:
        """Write down what its writer is about to place; DuplicateKeyError when the user has used the key."""
        moment = now()
        order: Order = {
            **cart,
            "_id": ObjectId(),
            "user": user_id,
            "refunded": 0,
            "state": "draft",
            "couponHeld": cart["coupon"] is not None,
            "checks": 0,
            "nextCheckAt": moment + CHECKS[0],
            "placingUntil": moment + PLACING,
            "createdAt": moment,
        }
        if idempotency_key:
            order["idempotencyKey"] = idempotency_key
        self.insert(order)
        return order

    def create(self, order_id: ObjectId, razorpay_order_id: str) -> bool:
        """Note the gateway's order; false when another has been noted."""
        change = {"$set": {"state": "created", "razorpayOrderId": razorpay_order_id}, "$unset": {"placingUntil": ""}}
        return self.update({"_id": order_id, "state": "draft"}, change)

    def claim_placing(self, order_id: ObjectId) -> bool:
        """Take a draft to be placed at the gateway; false while somebody else is at it, or when it has been."""
        moment = now()
        free = {"_id": order_id, "state": "draft", "placingUntil": {"$not": {"$gt": moment}}}
        return self.update(free, {"$set": {"placingUntil": moment + PLACING}})

    def release_placing(self, order_id: ObjectId) -> None:
        """Let another try place a draft."""
        self.update({"_id": order_id, "state": "draft"}, {"$set": {"placingUntil": now()}})

    def pay(self, order_id: ObjectId, razorpay_payment_id: str | None) -> Order | None:
        """Move an unpaid order to `paid`; a free one goes there from its draft, without a payment."""
        paid = {"razorpayPaymentId": razorpay_payment_id} if razorpay_payment_id else {}
        states = UNPAID if razorpay_payment_id else ("draft",)
        change = {"state": "paid", "paidAt": now(), "nextCheckAt": None, **paid}
        return self.change({"_id": order_id, "state": {"$in": states}}, {"$set": change})

    def accept(
        self,
        order_id: ObjectId,
        razorpay_payment_id: str,
        amount: int,
        parts: list[int],
        states: tuple[OrderState, ...] = ("review",),
    ) -> Order | None:
        """Move an order in one of these states to `paid` for this amount, of which each line has its part.

        The gateway is asked again, for whoever sees their payment looked at may have paid a second time.
        """
        moment, lines = now(), {f"lines.{place}.amount": part for place, part in enumerate(parts)}
        change = {"state": "paid", "paidAt": moment, "razorpayPaymentId": razorpay_payment_id, "amount": amount}
        where = {"_id": order_id, "state": {"$in": states}}
        return self.change(where, {"$set": {**change, **lines, "nextCheckAt": moment}})

    def decline(self, order_id: ObjectId, razorpay_payment_id: str, refunded: int) -> Order | None:
        """End an order in review whose payment goes back, as does any other that the gateway knows of."""
        change = {"state": "refunded", "razorpayPaymentId": razorpay_payment_id, "refunded": refunded}
        return self.change({"_id": order_id, "state": "review"}, {"$set": {**change, "nextCheckAt": now()}})

    def put_on_hold(self, order_id: ObjectId, reason: str) -> bool:
        change = {"state": "review", "heldReason": reason, "heldFrom": now(), "nextCheckAt": None}
        return self.update({"_id": order_id, "state": {"$in": UNPAID}}, {"$set": change})

    def note_authorized(self, order_id: ObjectId, razorpay_payment_id: str) -> bool:
        """Note a payment that was authorised only, so that it is told of once; false when it has been."""
        where = {"_id": order_id, "state": {"$in": UNPAID}, "authorized": {"$ne": razorpay_payment_id}}
        return self.update(where, {"$set": {"authorized": razorpay_payment_id}})

    def claim_due(self) -> Order | None:
        """Take one order the gateway is to be asked about; it comes again soon unless `plan_check` is called."""
        moment = now()
        change = {"$inc": {"checks": 1}, "$set": {"nextCheckAt": moment + CHECKS[0]}}
        return self.change({"nextCheckAt": {"$lte": moment}}, change)

    def plan_check(self, order: Order) -> None:
        """Have the gateway asked again at the next of the times, if the order is still waiting by then."""
        moment = now()
        later = [order["createdAt"] + wait for wait in CHECKS if order["createdAt"] + wait > moment]
        waiting = {"_id": order["_id"], "nextCheckAt": {"$ne": None}}
        self.update(waiting, {"$set": {"nextCheckAt": later[0] if later else None}})

    def unpaid_with(self, user_id: ObjectId, code: str) -> list[Order]:
        """A user's orders that hold a use of the coupon and wait for their payment, or to be placed."""
        waiting = {"$in": ["draft", "created"]}
        return self.find({"user": user_id, "coupon": code, "state": waiting, "couponHeld": True})

    def let_coupon_go(self, order_id: ObjectId) -> bool:
        """Note that the order holds no use of its coupon any more; false when it held none."""
        return self.update({"_id": order_id, "couponHeld": True}, {"$set": {"couponHeld": False}})

    def expire(self, order_id: ObjectId) -> bool:
        return self.update({"_id": order_id, "state": "created"}, {"$set": {"state": "expired"}})

    def reserve_refund(self, order_id: ObjectId, amount: int) -> Order | None:
        """Set aside an amount that goes back; none when more would go back than was paid."""
        fits = {"$lte": [{"$add": ["$refunded", amount]}, "$amount"]}
        where = {"_id": order_id, "state": {"$in": PAID}, "$expr": fits}
        return self.change(where, {"$inc": {"refunded": amount}})

    def release_refund(self, order_id: ObjectId, amount: int) -> None:
        """Take back an amount set aside that the gateway did not pay out; of a declined order less may be set aside."""
        less = {"$max": [0, {"$subtract": ["$refunded", amount]}]}
        self.update({"_id": order_id}, [{"$set": {"refunded": less}}])

    def last_billing(self, user_id: ObjectId) -> Billing | None:
        """What a user said last of whom an invoice is made out to."""
        latest = self.find(
            {"user": user_id, "billing": {"$exists": True}}, {"billing": 1}, sort=[("createdAt", DESCENDING)], limit=1
        )
        return latest[0]["billing"] if latest else None

    def page_of_user(self, user_id: ObjectId, page: int, limit: int) -> Page[dict[str, Any]]:
        """What a user has bought, and what staff are looking at, the newest first."""
        bought = {"user": user_id, "state": {"$in": [*PAID, "review"]}}
        return self.page(bought, HISTORY, {"createdAt": -1, "_id": -1}, page, limit)


HISTORY: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": "invoices",
            "localField": "_id",
            "foreignField": "order",
            "pipeline": [
                {"$sort": {"issuedAt": 1, "_id": 1}},
                {"$project": {"_id": 0, "id": "$_id", "number": 1, "kind": 1, "amount": 1, "issuedAt": 1}},
            ],
            "as": "invoices",
        }
    },
    {
        "$project": {
            "_id": 0,
            "id": "$_id",
            "orderId": {"$ifNull": ["$razorpayOrderId", None]},
            "state": 1,
            "amount": 1,
            "refunded": 1,
            "currency": 1,
            "coupon": 1,
            "billing": {"$ifNull": ["$billing", None]},
            "courses": {
                "$map": {
                    "input": "$lines",
                    "in": {
                        "id": "$$this.course",
                        "title": "$$this.title",
                        "price": "$$this.price",
                        "amount": "$$this.amount",
                    },
                }
            },
            "createdAt": 1,
            "paidAt": {"$ifNull": ["$paidAt", None]},
            "invoices": 1,
        }
    },
]

orders = Orders()


def named(order_id: str) -> Filter:
    """The filter for an order named by our id or by the gateway's."""
    return {"_id": ObjectId(order_id)} if ObjectId.is_valid(order_id) else {"razorpayOrderId": order_id}
