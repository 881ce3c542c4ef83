"""Purchases: the cart, the gateway's stand-in playing the customer, the proof, and the money that goes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bson import ObjectId
from werkzeug.test import TestResponse

from lms.controllers.payments import coupons
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import Order, orders
from lms.sandbox.razorpay_store import one
from lms.schemas.payments.coupons import CouponIn

if TYPE_CHECKING:
    from tests.world import MadeCourse, Person, World


@dataclass
class Purchase:
    """A paid order as its buyer's browser knows it; `proof` is what the checkout handed over."""

    id: ObjectId
    order_id: str
    payment_id: str
    proof: dict[str, str]


@contextmanager
def selling(world: "World") -> Iterator[str]:
    """The gateway's stand-in behind a real port; it tells nothing by itself unless it is told to."""
    from tests.world import served

    with served(world.app) as address:
        world.gateway(webhooks="off")
        yield address


def kept(order_id: ObjectId) -> Order:
    order = orders.get({"_id": order_id})
    assert order is not None
    return order


def net() -> int:
    """What arrived in all, less what went back."""
    return sum(row["amount"] for row in ledger.find({}))


def given_back(payment_id: str) -> int:
    """What the gateway gave back of a payment."""
    amount: int = one("Payments", payment_id)["amount_refunded"]
    return amount


class Buying:
    """The part of the world that has to do with money."""

    def post(self, path: str, body: Any = None, **kwargs: Any) -> TestResponse:
        raise NotImplementedError

    def gateway(self, **how: Any) -> None:
        """Have the gateway's stand-in behave like this from now on."""
        assert self.post("/sandbox/razorpay/behaviour", how).status_code == 200

    def order(
        self,
        buyer: "Person",
        *bought: "MadeCourse",
        coupon: str | None = None,
        key: str | None = None,
        billing: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Bring courses to the gateway."""
        headers = {"Idempotency-Key": key} if key is not None else {}
        said = {"coupon": coupon, "billing": billing}
        body = {"courses": [str(course.id) for course in bought], **{name: each for name, each in said.items() if each}}
        return self.post("/payments/capturePayment", body, by=buyer, headers=headers, **kwargs)

    def pay(self, order_id: str, outcome: str = "captured_silently", **kwargs: Any) -> dict[str, Any]:
        """Play the customer, and give what the checkout hands to the page."""
        answer = self.post("/sandbox/razorpay/pay", {"order_id": order_id, "outcome": outcome}, **kwargs)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json
        return told

    def verify(self, buyer: "Person", proof: dict[str, Any], **kwargs: Any) -> TestResponse:
        return self.post("/payments/verifySignature", proof, by=buyer, **kwargs)

    def paid(self, buyer: "Person", *bought: "MadeCourse", **said: Any) -> Purchase:
        """An order whose payment the gateway has captured, and nobody here knows of it."""
        order = self.order(buyer, *bought, **said)
        assert order.status_code == 201, order.text
        order_id = order.json["data"]["orderId"]
        proof = self.pay(order_id)
        return Purchase(ObjectId(order.json["data"]["id"]), order_id, proof["razorpay_payment_id"], proof)

    def buy(self, buyer: "Person", *bought: "MadeCourse", **said: Any) -> Purchase:
        """A purchase as a frontend makes it, from the cart to the proof; its jobs are waiting."""
        purchase = self.paid(buyer, *bought, **said)
        verified = self.verify(buyer, purchase.proof)
        assert verified.status_code == 200, verified.text
        return purchase

    def coupon(self, code: str, **fields: Any) -> str:
        """A coupon as staff make it: `percent` or `amount` (in rupees), and its limits."""
        return coupons.create(CouponIn(code=code, **fields))

    def refund(
        self,
        admin: "Person",
        purchase: Purchase,
        amount: int | None = None,
        lines: "list[MadeCourse] | None" = None,
        key: str | None = "",
        **kwargs: Any,
    ) -> TestResponse:
        """Have staff give back an amount, the lines of these courses, or all left; with a new key, or this one."""
        headers = {"Idempotency-Key": key or str(ObjectId())} if key is not None else {}
        named = {"lines": [str(course.id) for course in lines]} if lines is not None else {}
        body = {"orderId": str(purchase.id), "reason": "Asked for", **({"amount": amount} if amount else {}), **named}
        return self.post("/payments/refund", body, by=admin, headers=headers, **kwargs)
