"""Customers who are in the middle of something when a process dies."""

import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId

from tests.chaos.shop import NO_ANSWER, Answer, Person, Shop

OFF = 10
COUPON = "CHAOS"


@dataclass
class Customer:
    """One who buys one course with a coupon: `doing` is the request under way, none when all were answered."""

    shop: Shop
    person: Person
    course: ObjectId
    doing: str | None = None
    order_id: str | None = None
    paid: dict[str, Any] | None = None
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    def buy(self) -> None:
        """Order, pay, verify, as far as it goes."""
        if self.place_order() and self.pay():
            self.verify()

    def place_order(self) -> bool:
        answer = self._ask("order", self.shop.order, self.person, [self.course], COUPON, self.key)
        if answer.status == 201:
            self.order_id = answer.data["orderId"]
        return answer.status == 201

    def pay(self) -> bool:
        assert self.order_id is not None
        self.paid = self.shop.pay(self.order_id, "captured_silently")
        return True

    def verify(self) -> None:
        self._ask("verification", self.shop.verify, self.person, self.paid)

    def come_back(self) -> None:
        """Click once more, with the same key."""
        self.doing = None
        if self.order_id is None and not self.place_order():
            return
        if self.paid is not None or self.pay():
            self.verify()

    def _ask(self, doing: str, call: Any, *args: Any) -> Answer:
        self.doing = doing
        answer: Answer = call(*args)
        assert answer.status in (NO_ANSWER, 200, 201, 503), answer
        if answer.status not in (NO_ANSWER, 503):
            self.doing = None
        return answer

    def caught(self) -> str:
        """Where the order of one whose request was not answered is now."""
        if self.doing is None:
            return "between two requests"
        db, gateway = self.shop.stage.db, self.shop.stage.gateway_db
        order = db.orders.find_one({"user": self.person.id, "lines.course": self.course})
        if order is None:
            return "before the draft"
        if order["state"] == "draft":
            known = gateway.sandboxRazorpayOrders.find_one({"receipt": str(order["_id"])})
            return "draft, known to the gateway" if known else "draft, unknown to the gateway"
        if self.doing == "order":
            return "created, its answer on the way"
        return "captured, not settled" if order["state"] == "created" else "settled, its answer on the way"


def finished(running: list[Future[Any]]) -> None:
    """Wait for them all, and raise what they raised."""
    for each in running:
        each.result(60)
