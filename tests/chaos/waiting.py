"""Waiting for what has to come about, with the clock turned now and then."""

import time
from collections.abc import Callable
from typing import Any

from tests.chaos.stage import RECONCILER, Stage

POLL_SECONDS = 0.05
TURN_SECONDS = 2.0


def eventually(check: Callable[[], Any], seconds: float = 60, what: str = "It") -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"{what} did not come about in {seconds:g} seconds."
        time.sleep(POLL_SECONDS)


def until_settled(stage: Stage, dead: str = "", seconds: float = 90) -> None:
    """Let the reconciler, the relay and the workers do what is left, with everything due at once."""
    deadline, turned = time.monotonic() + seconds, float("-inf")
    while waiting := left(stage):
        assert time.monotonic() < deadline, f"After {seconds:g} seconds there is left: {waiting}"
        if time.monotonic() - turned > TURN_SECONDS:
            stage.turn_clock(dead)
            turned, dead = time.monotonic(), ""
        time.sleep(POLL_SECONDS)


def left(stage: Stage) -> list[Any]:
    """What is still to be done: drafts, unsettled payments, refunds, events, promises."""
    db = stage.db
    captured = stage.gateway_db.sandboxRazorpayPayments.distinct("order_id", {"captured": True})
    waiting = {"state": {"$in": ["created", "expired"]}, "razorpayOrderId": {"$in": captured}}
    return [
        *db.orders.find({"$or": [{"state": "draft"}, waiting]}),
        *db.refunds.find({"state": "pending"}),
        *db.paymentEvents.find({"handledAt": None}),
        *db.outbox.find({"state": "pending", "job": {"$ne": RECONCILER}}),
    ]
