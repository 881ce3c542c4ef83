"""Money that was given back in the gateway's own dashboard."""

import pytest

from lms.controllers.payments import gateway_refunds, held_orders, reconciliation, settlement
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.payment_events import payment_events
from lms.models.payments.refunds import Refund, refunds
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase, given_back, kept, net
from tests.controllers.payments.test_refunds import bring, settle
from tests.waiting import eventually
from tests.world import MadeCourse, Person, World, at_once, refused

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def purchase(world: World, learner: Person, course: MadeCourse) -> Purchase:
    purchase = world.buy(learner, course)
    world.run_jobs()
    return purchase


def give_back(world: World, payment_id: str, amount: int | None = None) -> None:
    """What somebody does in the dashboard."""
    body = {} if amount is None else {"amount": amount}
    assert world.post(f"/sandbox/razorpay/payments/{payment_id}/refund", body).status_code == 200


def the_refund() -> Refund:
    (refund,) = refunds.find({})
    return refund


def outcomes() -> list[str]:
    return [event["outcome"] for event in payment_events.find({}, sort=[("receivedAt", 1)])]


class TestAWholePayment:
    def test_is_booked_when_the_gateway_tells(
        self, world: World, learner: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        give_back(world, purchase.payment_id)
        for name in ("refund.created", "refund.processed", "refund.processed"):
            bring(world, name)
        assert (kept(purchase.id)["state"], kept(purchase.id)["refunded"], net()) == ("refunded", 49900, 0)
        assert not enrollments.attends(learner.id, course.id)
        refund = the_refund()
        assert (refund["cause"], refund["state"], refund["by"]) == ("gateway", "processed", None)
        assert (ledger.count({}), invoices.count({"kind": "credit_note"})) == (2, 1)
        _, mail = world.inbox.to(learner.email)
        assert "Given back at the payment gateway." in mail.text
        assert outcomes() == ["booked", "asked", "asked"]

    def test_is_booked_by_the_webhook_itself(self, world: World, purchase: Purchase) -> None:
        world.gateway(webhooks="on")
        give_back(world, purchase.payment_id)
        eventually(lambda: payment_events.count({}) == 2)
        world.run_jobs()
        assert (kept(purchase.id)["state"], net(), refunds.count({})) == ("refunded", 0, 1)

    def test_is_found_though_no_webhook_comes(self, world: World, purchase: Purchase) -> None:
        give_back(world, purchase.payment_id)
        for _ in range(3):
            gateway_refunds.find()
            world.run_jobs()
        assert (kept(purchase.id)["state"], net(), refunds.count({})) == ("refunded", 0, 1)
        assert invoices.count({"kind": "credit_note"}) == 1

    def test_is_booked_once_however_many_find_it(self, world: World, purchase: Purchase) -> None:
        give_back(world, purchase.payment_id)

        def find() -> None:
            with world.app.app_context():
                gateway_refunds.find()

        at_once([find] * 6)
        gateway_refunds.find()
        assert (refunds.count({}), ledger.count({"kind": "refund"}), net()) == (1, 1, 0)
        assert kept(purchase.id)["refunded"] == 49900


def test_parts_are_booked_one_by_one_and_end_nothing_before_the_last(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse
) -> None:
    give_back(world, purchase.payment_id, 10000)
    gateway_refunds.find()
    assert (kept(purchase.id)["state"], net()) == ("partly_refunded", 39900)
    assert enrollments.attends(learner.id, course.id)
    give_back(world, purchase.payment_id, 9900)
    assert world.refund(world.person("admin"), purchase, 30000).status_code == 202
    world.run_jobs()
    gateway_refunds.find()
    assert (kept(purchase.id)["state"], net(), refunds.count({})) == ("refunded", 0, 3)
    assert not enrollments.attends(learner.id, course.id)


def test_one_that_takes_its_time_is_asked_about_and_never_made_again(world: World, purchase: Purchase) -> None:
    world.gateway(refunds_pending=True, webhooks="off")
    give_back(world, purchase.payment_id, 10000)
    gateway_refunds.find()
    assert (the_refund()["state"], kept(purchase.id)["refunded"], net()) == ("pending", 10000, 49900)
    for _ in range(2):
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
    assert given_back(purchase.payment_id) == 10000
    settle(world, the_refund(), "processed")
    bring(world, "refund.processed")
    assert (the_refund()["state"], net()) == ("processed", 39900)


def test_one_that_the_gateway_knows_no_longer_has_failed(world: World, purchase: Purchase) -> None:
    world.gateway(refunds_pending=True, webhooks="off")
    give_back(world, purchase.payment_id, 10000)
    gateway_refunds.find()
    stored("Refunds").delete_many({})
    refunds.update({}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("failed", 0)
    assert (stored("Refunds").count_documents({}), given_back(purchase.payment_id)) == (0, 10000)


def test_one_that_fails_frees_its_amount(world: World, purchase: Purchase) -> None:
    world.gateway(refunds_pending=True, webhooks="off")
    give_back(world, purchase.payment_id)
    gateway_refunds.find()
    settle(world, the_refund(), "failed")
    bring(world, "refund.failed")
    gateway_refunds.find()
    assert (the_refund()["state"], kept(purchase.id)["refunded"], net()) == ("failed", 0, 49900)


def test_our_own_refund_whose_answer_was_lost_is_not_taken_for_another(world: World, purchase: Purchase) -> None:
    world.gateway(wrong="html502", only="refunds", webhooks="off")
    world.refund(world.person("admin"), purchase, 10000)
    world.run_jobs()
    world.gateway(webhooks="off")
    gateway_refunds.find()
    bring(world, "refund.processed")
    assert refunds.count({}) == 1
    refunds.update({}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    assert (the_refund()["state"], kept(purchase.id)["refunded"], net()) == ("processed", 10000, 39900)


def test_one_that_came_before_a_refund_of_ours_waits_until_that_has_failed(world: World, purchase: Purchase) -> None:
    give_back(world, purchase.payment_id)
    assert world.refund(world.person("admin"), purchase).status_code == 202
    gateway_refunds.find()
    assert [each["cause"] for each in refunds.find({})] == ["staff"], "more would go back than came"
    world.run_jobs()
    gateway_refunds.find()
    assert {each["cause"]: each["state"] for each in refunds.find({})} == {"staff": "failed", "gateway": "processed"}
    assert (kept(purchase.id)["state"], kept(purchase.id)["refunded"], net()) == ("refunded", 49900, 0)


def test_a_second_payment_that_was_given_back_there_ends_nothing(
    world: World, learner: Person, purchase: Purchase, course: MadeCourse
) -> None:
    world.gateway(paid_twice=True, webhooks="off")
    second = world.pay(purchase.order_id)["razorpay_payment_id"]
    world.gateway(dead=True, only="refunds", webhooks="off")
    settlement.settle(purchase.id, second)
    world.run_jobs()
    world.gateway(webhooks="off")
    give_back(world, second)
    refunds.update({}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    gateway_refunds.find()
    causes = {each["cause"]: each["state"] for each in refunds.find({})}
    assert causes == {"duplicate_payment": "failed", "gateway_beside": "processed"}
    assert (kept(purchase.id)["state"], kept(purchase.id)["refunded"], net()) == ("paid", 0, 49900)
    assert enrollments.attends(learner.id, course.id)


@pytest.mark.parametrize("asked_for", [49900, 40000])
def test_what_a_declined_order_got_back_there_instead_is_booked_beside_it(
    world: World, learner: Person, course: MadeCourse, asked_for: int
) -> None:
    purchase = world.paid(learner, course)
    world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
    assert world.verify(learner, purchase.proof).status_code == 202
    world.gateway(webhooks="off")
    orders.update({"_id": purchase.id}, {"$set": {"amount": asked_for, "lines.0.amount": asked_for}})
    held_orders.decline(purchase.id, purchase.payment_id)
    assert kept(purchase.id)["refunded"] == asked_for
    give_back(world, purchase.payment_id)
    world.run_jobs()
    assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("failed", 0)
    gateway_refunds.find()
    reconciliation.reconcile()
    causes = {each["cause"]: each["state"] for each in refunds.find({})}
    assert causes == {"not_accepted": "failed", "gateway_beside": "processed"}
    assert (kept(purchase.id)["state"], net(), invoices.count({})) == ("refunded", 0, 0)


class TestBeforeItWasSettled:
    def test_what_went_back_is_no_refund_of_the_order(self, world: World, learner: Person, course: MadeCourse) -> None:
        purchase = world.paid(learner, course)
        give_back(world, purchase.payment_id, 10000)
        gateway_refunds.find()
        assert (kept(purchase.id)["state"], refunds.count({})) == ("created", 0)
        assert world.verify(learner, purchase.proof).status_code == 202
        held_orders.accept(purchase.id, purchase.payment_id)
        bring(world, "refund.processed")
        gateway_refunds.find()
        assert (kept(purchase.id)["state"], net(), refunds.count({})) == ("paid", 39900, 0)
        give_back(world, purchase.payment_id, 900)
        gateway_refunds.find()
        assert (kept(purchase.id)["state"], net()) == ("partly_refunded", 39000)

    def test_of_what_is_not_ours_nothing_is_booked(self, world: World, purchase: Purchase, course: MadeCourse) -> None:
        other = world.paid(world.person(), course)
        give_back(world, other.payment_id)
        bring(world, "refund.processed")
        gateway_refunds.find()
        assert (refunds.count({}), outcomes()) == (0, ["nothing to book"])


def test_a_silent_gateway_loses_nothing(world: World, purchase: Purchase) -> None:
    give_back(world, purchase.payment_id)
    world.gateway(dead=True, webhooks="off")
    with pytest.raises(Exception, match="does not answer"):
        gateway_refunds.find()
    world.gateway(webhooks="off")
    gateway_refunds.find()
    assert kept(purchase.id)["state"] == "refunded"


def test_what_was_given_back_there_cannot_be_given_back_here(world: World, purchase: Purchase) -> None:
    give_back(world, purchase.payment_id)
    gateway_refunds.find()
    assert refused(world.refund(world.person("admin"), purchase, 100)) == (409, "refund_too_large")
