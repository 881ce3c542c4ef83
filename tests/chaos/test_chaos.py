"""Processes killed with -9 while money moves; `make chaos` is the long run of the same."""

import random
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from lms.embedded.part import Part
from tests.chaos.certifying import Certifying
from tests.chaos.fixtures import shop  # noqa: F401
from tests.chaos.importing import Importing
from tests.chaos.kills import Killer
from tests.chaos.points import POINTS
from tests.chaos.races import paid_orders, storm
from tests.chaos.refunding import Refunding
from tests.chaos.shop import Shop
from tests.chaos.verdict import verdict
from tests.chaos.waiting import until_settled
from tests.waiting import eventually

RANDOM_KILLS, CROWD = 5, 4
CERTIFYING_KILLS = 10
IMPORTED_ROWS, IMPORT_KILLS = 800, 5
ORDERS, AT_ONCE = 12, 8
SEED = 4


def test_the_api_killed_ten_times_leaves_nothing_paid_without_enrolment_and_nothing_twice(shop: Shop) -> None:  # noqa: F811
    killer = Killer(shop, random.Random(SEED), CROWD)
    for name in POINTS:
        killer.at_point(name)
    for _ in range(RANDOM_KILLS):
        killer.at_random()
    start(shop.stage.reconciler, *shop.stage.fast_workers)
    until_settled(shop.stage)
    found = verdict(shop.stage)
    assert found.clean, f"seed {SEED}: {found}"
    assert killer.record.total == RANDOM_KILLS + len(POINTS) == 10
    for place in ("draft, unknown to the gateway", "draft, known to the gateway", "captured, not settled"):
        assert killer.record.caught[place], killer.record


def test_a_worker_killed_during_refunds_gives_each_back_once_and_never_too_much(shop: Shop) -> None:  # noqa: F811
    refunding = Refunding(shop, random.Random(SEED), 8)
    refunding.undisturbed()
    refunding.after_the_gateway_gave_it_back()
    refunding.inside_the_transaction()
    refunding.after_the_commit()
    refunding.at_random()
    refunding.pending_at_the_gateway()
    start(shop.stage.mailer)
    until_settled(shop.stage)
    found = verdict(shop.stage)
    assert found.clean, f"seed {SEED}: {found}"
    assert refunding.kills == 5


def test_mongodb_killed_while_orders_are_settled_loses_nothing(shop: Shop) -> None:  # noqa: F811
    stage, paid = shop.stage, paid_orders(shop, ORDERS, shop.courses(2))
    *workers, mailer = stage.fast_workers
    start(*workers)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verified, told = storm(shop, pool, paid)
        wait(verified, return_when=FIRST_COMPLETED)
        stage.servers.mongod.kill()
        eventually(lambda: any(each.done() and each.result().status == 503 for each in (*verified, *told)))
        stage.servers.mongod.start()
        answers = [each.result() for each in (*verified, *told)]
    assert {answer.status for answer in answers} <= {200, 503}
    # A mail that was handed over and could not be ticked off would be sent again: the mailer begins now.
    start(stage.reconciler, mailer)
    until_settled(stage, dead="default", kept_alive=[*workers, stage.scheduler])
    found = verdict(stage)
    assert found.clean, found
    assert found.paid == ORDERS


def test_redis_killed_while_orders_are_settled_loses_nothing(shop: Shop) -> None:  # noqa: F811
    stage, paid = shop.stage, paid_orders(shop, ORDERS, shop.courses(2))
    start(*stage.fast_workers)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verified, told = storm(shop, pool, paid)
        wait(verified, return_when=FIRST_COMPLETED)
        stage.servers.redis.kill()
        answers = [each.result() for each in (*verified, *told)]
    assert {answer.status for answer in answers} == {200}
    assert stage.db.enrollments.count_documents({"status": "active"}) == ORDERS
    stage.servers.redis.start()
    until_settled(stage, kept_alive=[*stage.fast_workers, stage.scheduler])
    found = verdict(stage)
    assert found.clean, found


def test_processes_killed_while_certificates_are_signed_leave_each_learner_exactly_one(shop: Shop) -> None:  # noqa: F811
    certifying = Certifying(shop, random.Random(SEED))
    for _ in range(CERTIFYING_KILLS):
        certifying.kill()
    certifying.settle()
    assert certifying.wrong() == {}, f"seed {SEED}"
    assert certifying.kills == {"a worker": 8, "the API": 2}


def test_processes_killed_while_a_table_is_written_write_each_row_once(shop: Shop) -> None:  # noqa: F811
    importing = Importing(shop, random.Random(SEED), IMPORTED_ROWS)
    for number in range(IMPORT_KILLS):
        importing.kill()
        if number == IMPORT_KILLS // 2:
            importing.empty_redis()
            importing.let_leases_run_out()
    importing.settle()
    assert importing.wrong() == [], f"seed {SEED}"
    assert importing.kills["the worker"] >= IMPORT_KILLS // 2


def start(*parts: Part) -> None:
    for part in parts:
        part.spawn()
