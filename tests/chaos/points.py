"""Where the API can be held without touching its code, by what it waits for; it is killed there."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from tests.chaos.customers import Customer
from tests.chaos.shop import Shop
from tests.chaos.stage import Stage, freeze, thaw

Request = Literal["order", "verification"]
Reached = Callable[[Customer], Any]
ESTABLISHED = "01"
TRIES = 4


@contextmanager
def before_the_gateway_makes_the_order(shop: Shop) -> Iterator[Reached]:
    with _frozen_gateway(shop.stage):
        yield lambda customer: _order(customer, "draft") is not None


@contextmanager
def after_the_gateway_made_the_order(shop: Shop) -> Iterator[Reached]:
    with slow_gateway(shop, "orders"):
        yield (
            lambda customer: (
                (draft := _order(customer, "draft"))
                and shop.stage.gateway_db.sandboxRazorpayOrders.find_one({"receipt": str(draft["_id"])})
            )
        )


@contextmanager
def while_the_gateway_is_asked_for_the_payment(shop: Shop) -> Iterator[Reached]:
    with _frozen_gateway(shop.stage):
        before = _connections_to(shop.stage.gateway.port)
        yield lambda customer: _connections_to(shop.stage.gateway.port) > before


@contextmanager
def inside_the_transaction(shop: Shop) -> Iterator[Reached]:
    """The ledger and the enrolment are written, and the number of the invoice is held by somebody else."""
    with conflict(shop.stage, "INV"):
        yield tried(shop.stage)


@contextmanager
def after_the_commit(shop: Shop) -> Iterator[Reached]:
    """Paid, and the queue does not answer, so that nothing has been enqueued."""
    redis = shop.stage.servers.redis
    redis.pause()
    try:
        yield lambda customer: _order(customer, "paid") is not None
    finally:
        redis.resume()


POINTS: dict[str, tuple[Request, Any]] = {
    "before the gateway makes the order": ("order", before_the_gateway_makes_the_order),
    "after the gateway made the order": ("order", after_the_gateway_made_the_order),
    "while the gateway is asked": ("verification", while_the_gateway_is_asked_for_the_payment),
    "inside the transaction": ("verification", inside_the_transaction),
    "after the commit": ("verification", after_the_commit),
}


@contextmanager
def _frozen_gateway(stage: Stage) -> Iterator[None]:
    freeze(stage.gateway)
    try:
        yield
    finally:
        thaw(stage.gateway)


@contextmanager
def slow_gateway(shop: Shop, only: str) -> Iterator[None]:
    """The deed is done at once, its answer comes late."""
    shop.behave(webhooks="off", delay_seconds=3, only=only)
    try:
        yield
    finally:
        shop.behave(webhooks="off")


@contextmanager
def conflict(stage: Stage, series: str) -> Iterator[None]:
    """Nobody else can take a number of the series meanwhile, for however long that is on a busy machine."""
    counters = stage.db.counters
    with stage.client.start_session() as session, session.start_transaction():
        where = {"_id": re.compile(f"^{series}/")}
        with stage.patient():
            assert counters.update_one(where, {"$inc": {"last": 1}}, session=session).matched_count == 1
        try:
            yield
        finally:
            session.abort_transaction()


def tried(stage: Stage) -> Callable[..., bool]:
    """Whether from now on somebody has tried his transaction again and again (one given up may be that of a dead)."""

    def given_up() -> int:
        counted: int = stage.client.admin.command("serverStatus")["transactions"]["totalAborted"]
        return counted

    before = given_up()
    return lambda *_: given_up() >= before + TRIES


def _order(customer: Customer, state: str) -> dict[str, Any] | None:
    where = {"user": customer.person.id, "lines.course": customer.course, "state": state}
    return customer.shop.stage.db.orders.find_one(where)


def _connections_to(port: int) -> int:
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == ESTABLISHED for row in rows)
