"""Waiting until everything is settled, with the clock turned now and then."""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from lms import jobs
from lms.embedded.part import Part
from lms.machinery.registry import JOBS
from lms.models.payments.orders import orders
from lms.models.payments.payment_events import payment_events
from lms.models.payments.refunds import refunds
from tests.chaos.stage import Stage
from tests.waiting import PATIENCE_SECONDS

POLL_SECONDS = 0.05
TURN_SECONDS = 2.0


def until_settled(stage: Stage, dead: str = "", kept_alive: Sequence[Part] = ()) -> None:
    """Let the reconciler, the relay and the workers do what is left, with everything due at once.

    What is `kept_alive` and ends, with what it needed, is started again, as a supervisor would.
    It gives up when for so long nothing has become less: many orders on a slow machine take their time.
    """
    least, turned = len(left(stage)), float("-inf")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting := left(stage):
        if len(waiting) < least:
            least, deadline = len(waiting), time.monotonic() + PATIENCE_SECONDS
        assert time.monotonic() < deadline, f"After {PATIENCE_SECONDS} seconds there is still left: {waiting}"
        if time.monotonic() - turned > TURN_SECONDS:
            stage.turn_clock(dead)
            turned, dead = time.monotonic(), ""
        for part in kept_alive:
            if part.has_ended():
                part.spawn()
        time.sleep(POLL_SECONDS)


@cache
def about_money() -> list[str]:
    """The names of the jobs that an order, a refund or an event waits for; others come by the clock at any moment."""
    jobs.init_app(None)
    return [name for name, job in JOBS.items() if job.about in (orders, refunds, payment_events)]


def left(stage: Stage) -> list[Any]:
    """What is still to be done: drafts, unsettled payments, refunds, events, promises."""
    db = stage.db
    captured = stage.gateway_db.sandboxRazorpayPayments.distinct("order_id", {"captured": True})
    waiting = {"state": {"$in": ["created", "expired"]}, "razorpayOrderId": {"$in": captured}}
    return [
        *db.orders.find({"$or": [{"state": "draft"}, waiting]}),
        *db.refunds.find({"state": "pending"}),
        *db.paymentEvents.find({"handledAt": None}),
        *db.outbox.find({"state": "pending", "job": {"$in": about_money()}}),
    ]
