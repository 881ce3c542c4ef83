"""Money on its way back while the worker that sends it is killed."""

import random
import time
from collections.abc import Callable
from typing import Any

from bson import ObjectId

from tests.chaos.points import conflict, slow_gateway, tried
from tests.chaos.races import paid_orders
from tests.chaos.shop import PRICE, Shop
from tests.waiting import eventually

RANDOM_SECONDS = 0.5
WEBHOOK = "/api/v1/payments/webhook"


class Refunding:
    """Orders that are paid, and the ways to kill the worker while they are refunded."""

    def __init__(self, shop: Shop, luck: random.Random, orders: int) -> None:
        self.shop, self.stage, self.luck = shop, shop.stage, luck
        self.kills = 0
        self._orders: list[str] = []
        for buyer, receipt, _ in paid_orders(shop, orders, shop.courses(2)):
            assert shop.verify(buyer, receipt).data["state"] == "paid"
            self._orders.append(receipt["razorpay_order_id"])
        self.behave()
        self.stage.worker.spawn()

    def behave(self, **how: Any) -> None:
        """Have the gateway tell everything three times, and in addition this."""
        self.shop.behave(webhooks=["triple", "shuffled"], webhook_url=self.stage.api.address + WEBHOOK, **how)

    def a_paid_order(self) -> str:
        return self._orders.pop()

    def ask(self, order: str, amount: int | None = None) -> ObjectId:
        answer = self.shop.refund(order, amount)
        assert answer.status == 202, answer
        return ObjectId(answer.data["id"])

    def undisturbed(self) -> None:
        refund = self.ask(self.a_paid_order())
        eventually(lambda: self._state(refund) == "processed", "A refund")

    def after_the_gateway_gave_it_back(self) -> None:
        """The gateway has given a part back, and its answer is still on the way."""
        with slow_gateway(self.shop, "refunds"):
            refund = self.ask(self.a_paid_order(), PRICE // 3)
            self._kill_when(lambda: self._known(refund))
        self.behave()

    def inside_the_transaction(self) -> None:
        self._quiet()
        with conflict(self.stage, "CN"):
            self._begun(self.a_paid_order())
            self._kill_when(tried(self.stage))
        self.behave()

    def after_the_commit(self) -> None:
        """Booked, and the queue does not answer, so that neither credit note nor mail has been enqueued."""
        self._quiet()
        redis = self.stage.servers.redis
        try:
            with conflict(self.stage, "CN"):
                refund = self._begun(self.a_paid_order(), PRICE // 2)
                redis.pause()
            self._kill_when(lambda: self._state(refund) == "processed")
        finally:
            redis.resume()
        self.behave()

    def _begun(self, order: str, amount: int | None = None) -> ObjectId:
        """A refund that the gateway has made and that the worker is about to book."""
        refund = self.ask(order, amount)
        eventually(lambda: self._known(refund), "The gateway's refund")
        return refund

    def at_random(self) -> None:
        """An order whose money goes back in three parts, and one that goes back whole."""
        parts, whole = self.a_paid_order(), self.a_paid_order()
        for amount in (PRICE // 2, PRICE // 4, None):
            self.ask(parts, amount)
        self.ask(whole)
        time.sleep(self.luck.uniform(0, RANDOM_SECONDS))
        self._kill_when(lambda: True)

    def pending_at_the_gateway(self) -> None:
        """Of two parts the gateway pays one late and the other not at all, so that staff ask for it again."""
        self._those_before_are_done()
        self.behave(refunds_pending=True)
        order = self.a_paid_order()
        slow, failing = self.ask(order, PRICE // 2), self.ask(order, PRICE // 4)
        found = self.stage.db.refunds
        for refund in (slow, failing):
            eventually(lambda each=refund: "razorpayRefundId" in found.find_one({"_id": each}), "A pending refund")
        self._kill_when(lambda: True)
        self.shop.settle_refund(found.find_one({"_id": slow})["razorpayRefundId"])
        self.shop.settle_refund(found.find_one({"_id": failing})["razorpayRefundId"], "failed")
        eventually(lambda: self._state(failing) == "failed", "The failure")
        self.behave()
        self.ask(order, PRICE - PRICE // 2)

    def _quiet(self) -> None:
        """Nothing else in the books moves, and nothing more is told."""
        self._those_before_are_done()
        self.shop.behave(webhooks="off")

    def _those_before_are_done(self) -> None:
        refunds = self.stage.db.refunds
        eventually(lambda: not refunds.count_documents({"state": "pending"}), "An end of the refunds before")

    def _known(self, refund: ObjectId) -> Any:
        return self.stage.gateway_db.sandboxRazorpayRefunds.find_one({"receipt": str(refund)})

    def _state(self, refund: ObjectId) -> str:
        row = self.stage.db.refunds.find_one({"_id": refund})
        assert row is not None
        return str(row["state"])

    def _kill_when(self, reached: Callable[[], Any]) -> None:
        """Kill the worker then, and start another when its leases have run out."""
        eventually(reached, "The moment to kill the worker")
        self.stage.worker.kill()
        self.kills += 1
        self.stage.worker.spawn()
        self.stage.turn_clock(dead="default")
