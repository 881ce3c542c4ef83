"""Kills of the API: at named points and at random moments, with customers in the middle of buying."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.chaos.customers import COUPON, OFF, Customer, finished
from tests.chaos.points import POINTS
from tests.chaos.shop import Shop
from tests.chaos.stage import Stage
from tests.waiting import eventually

COURSES = 5
MOST_SECONDS = 0.1
"""About what a request takes."""


@dataclass
class Record:
    """What was killed and where that caught the orders."""

    kills: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.kills.values())


class Killer:
    """Kills the API among `crowd` customers a time; `luck` decides when, whom and who comes back."""

    def __init__(self, shop: Shop, luck: random.Random, crowd: int) -> None:
        self.shop, self.stage, self.luck, self.crowd = shop, shop.stage, luck, crowd
        self.record, self.courses = Record(), shop.courses(COURSES)
        shop.behave(webhooks="off")
        _make_coupon(self.stage)
        self._warm_up()

    def at_point(self, name: str) -> None:
        """Kill the whole API while one request is held at a named point."""
        request, point = POINTS[name]
        customers = (customer,) = self._customers(1)
        if request == "verification":
            self._have_paid(customers)
        running: list[Future[Any]] = []

        def held() -> bool:
            if all(each.done() for each in running):
                running.append(pool.submit(customer.place_order if request == "order" else customer.verify))
            return bool(reached(customer))

        with ThreadPoolExecutor(1) as pool, point(self.shop) as reached:
            eventually(held, name)
            self._kill_all()
            finished(running)
            self._note(customers, f"{name}, the whole API")
        self._restart()
        self._afterwards(customers)

    def at_random(self) -> None:
        """Kill the API or one of its workers at a random moment of ordering, or of verifying what is captured."""
        customers = self._customers(self.crowd)
        request = self.luck.choice(("order", "verification", "verification"))
        deed: Callable[[Customer], Any] = Customer.buy
        if request == "verification":
            self._have_paid(customers)
            deed = Customer.verify
        with ThreadPoolExecutor(len(customers)) as pool:
            running = [pool.submit(deed, customer) for customer in customers]
            self._wait_for_a_moment(running)
            whole = self.luck.random() < 0.5
            self._kill_all() if whole else self._kill_one()
            finished(running)
        self._note(customers, "at random, the whole API" if whole else "at random, one worker")
        if whole:
            self._restart()
        self._afterwards(customers)

    def _wait_for_a_moment(self, running: list[Future[Any]]) -> None:
        """Until some of them are done, by luck none, and a random time more, so that a slow machine is hit as well."""
        done = self.luck.randrange(len(running))
        while sum(each.done() for each in running) < done:
            time.sleep(0.001)
        time.sleep(self.luck.uniform(0, MOST_SECONDS))

    def _customers(self, count: int) -> list[Customer]:
        return [Customer(self.shop, person, self.luck.choice(self.courses)) for person in self.shop.people(count)]

    def _have_paid(self, customers: list[Customer]) -> None:
        with ThreadPoolExecutor(len(customers)) as pool:
            finished([pool.submit(customer.place_order) for customer in customers])
            for customer in customers:
                eventually(lambda each=customer: each.order_id or each.place_order())
            finished([pool.submit(customer.pay) for customer in customers])

    def _warm_up(self) -> None:
        """One purchase, which makes every counter and collection there is."""
        (customer,) = self._customers(1)
        eventually(lambda: customer.come_back() or customer.doing is None)

    def _kill_all(self) -> None:
        self.stage.api.kill()

    def _kill_one(self) -> None:
        workers = self.stage.api.workers()
        if workers:
            os.kill(self.luck.choice(workers), signal.SIGKILL)

    def _note(self, customers: list[Customer], killed: str) -> None:
        self.record.kills[killed] += 1
        self.record.caught.update(customer.caught() for customer in customers)

    def _restart(self) -> None:
        self.stage.api.start()

    def _afterwards(self, customers: list[Customer]) -> None:
        """Some come back and click once more; the others have closed the browser."""
        for customer in customers:
            if customer.doing and self.luck.random() < 0.5:
                customer.come_back()


def _make_coupon(stage: Stage) -> None:
    limits = {"validUntil": None, "mostUses": None, "mostUsesPerUser": 1, "courses": None}
    made = {"kind": "percent", "value": OFF, "used": 0, "validFrom": datetime(2020, 1, 1, tzinfo=UTC)}
    stage.db.coupons.insert_one({"_id": COUPON, **made, **limits, "createdAt": datetime.now(UTC)})
