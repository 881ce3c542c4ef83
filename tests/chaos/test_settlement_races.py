"""Everybody who can settle an order, at once: gunicorn, workers and reconciler, and a gateway that tells it oddly."""

import random

from tests.chaos.fixtures import shop  # noqa: F401
from tests.chaos.oracle import act, differences, invented
from tests.chaos.races import COURSES, settle_at_once
from tests.chaos.shop import Shop
from tests.chaos.verdict import Books, verdict
from tests.chaos.waiting import until_settled

ORDERS = 50
"""`make chaos` has 200 of them."""
SEEDS, CUSTOMERS = (1, 2, 3), 8


def test_verification_webhooks_and_reconciler_at_once_settle_each_order_once(shop: Shop) -> None:  # noqa: F811
    stage, answers = shop.stage, settle_at_once(shop, ORDERS)
    found = verdict(stage)
    assert found.clean, found
    assert found.paid == ORDERS
    # On a slow machine a verification may be told to come again; what it asked for happens all the same.
    assert {answer.status for answer in answers} <= {200, 503}
    assert stage.db.enrollments.count_documents({"status": "active"}) == ORDERS
    assert stage.db.ledger.count_documents({}) == stage.db.invoices.count_documents({}) == ORDERS
    assert len(stage.inbox.messages) == ORDERS


def test_events_shuffled_tripled_and_partly_dropped_end_as_the_oracle_says(shop: Shop) -> None:  # noqa: F811
    stage = shop.stage
    for part in stage.fast_workers:
        part.spawn()
    for seed in SEEDS:
        luck = random.Random(seed)
        people, courses = shop.people(CUSTOMERS), shop.courses(COURSES)
        deeds = [invented(luck, COURSES) for _ in people]
        act(shop, luck, people, deeds, courses)
        until_settled(stage)
        books, result = Books(stage), verdict(stage)
        wrong = differences(books, people, deeds, courses)
        assert not wrong, "\n".join([f"seed {seed}", *wrong])
        assert result.clean, f"seed {seed}: {result}"
