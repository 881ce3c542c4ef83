"""What the gateway makes of a refund, and how it is heard of."""

import pytest
from bson import ObjectId

from lms.controllers.payments import reconciliation
from lms.controllers.payments import refunds as controller
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.refunds import Refund, refunds
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase, given_back, kept, net
from tests.routes.payments.test_webhooks import deliver
from tests.world import MadeCourse, Person, World, at_once, refused

pytestmark = pytest.mark.usefixtures("gateway")


def the_refund() -> Refund:
    (refund,) = refunds.find({})
    return refund


def settle(world: World, refund: Refund, outcome: str) -> None:
    """What the bank makes of it."""
    path = f"/sandbox/razorpay/refunds/{refund['razorpayRefundId']}/settle"
    assert world.post(path, {"outcome": outcome}).status_code == 200


def bring(world: World, name: str) -> None:
    """Have the gateway tell of its refund, as often as this is called."""
    (event,) = [each for each in world.get("/sandbox/razorpay/webhooks").json["items"] if each["event"] == name]
    again = {**event["headers"], "x-razorpay-event-id": str(ObjectId())}
    assert deliver(world, {**event, "headers": again}).status_code == 200
    world.run_jobs()


class TestTheGateway:
    def test_pays_out_later(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        world.refund(admin, purchase)
        world.run_jobs()
        refund = the_refund()
        assert (refund["state"], kept(purchase.id)["state"], net()) == ("pending", "paid", 49900)
        assert enrollments.attends(learner.id, course.id)
        assert refused(world.refund(admin, purchase, 1)) == (409, "refund_too_large")
        settle(world, refund, "processed")
        for _ in range(3):
            bring(world, "refund.processed")
        assert (the_refund()["state"], kept(purchase.id)["state"], net()) == ("processed", "refunded", 0)
        assert (ledger.count({}), invoices.count({"kind": "credit_note"})) == (2, 1)
        assert not enrollments.attends(learner.id, course.id)
        assert len(world.inbox.to(learner.email)) == 2

    def test_pays_out_and_no_webhook_comes(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        world.refund(admin, purchase)
        world.run_jobs()
        settle(world, the_refund(), "processed")
        reconciliation.reconcile()
        assert the_refund()["state"] == "pending", "it is not asked about before its time"
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert (the_refund()["state"], kept(purchase.id)["state"]) == ("processed", "refunded")

    def test_cannot_pay_out_and_the_amount_is_free_again(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        world.refund(admin, purchase)
        world.run_jobs()
        settle(world, the_refund(), "failed")
        for _ in range(2):
            bring(world, "refund.failed")
        assert (the_refund()["state"], kept(purchase.id)["refunded"], net()) == ("failed", 0, 49900)
        assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)
        world.gateway(webhooks="off")
        assert world.refund(admin, purchase).status_code == 202
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase.payment_id), net()) == ("refunded", 49900, 0)

    def test_refuses_and_the_amount_is_free_again(self, world: World, admin: Person, purchase: Purchase) -> None:
        """Somebody gave it back at the gateway itself."""
        stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"amount_refunded": 49900}})
        world.refund(admin, purchase)
        world.run_jobs()
        assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("failed", 0)
        assert "refunded already" in the_refund()["failure"]

    def test_does_it_once_though_its_answer_is_lost(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(wrong="html502", only="refunds", webhooks="off")
        world.refund(admin, purchase)
        world.run_jobs()
        assert (the_refund()["state"], given_back(purchase.payment_id)) == ("pending", 49900)
        bring(world, "refund.processed")
        assert the_refund()["state"] == "pending", "nobody knows yet that it is ours"
        world.gateway(webhooks="off")
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert (the_refund()["state"], given_back(purchase.payment_id), net()) == ("processed", 49900, 0)

    def test_is_dead_and_nothing_is_lost(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(dead=True, webhooks="off")
        assert world.refund(admin, purchase).status_code == 202
        world.run_jobs()
        assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("pending", 49900)
        world.gateway(webhooks="off")
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert (the_refund()["state"], given_back(purchase.payment_id)) == ("processed", 49900)

    def test_is_asked_by_many_at_once_and_books_once(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.refund(admin, purchase)
        refund_id, app = the_refund()["_id"], world.app

        def send() -> None:
            with app.app_context():
                controller.send(refund_id)

        at_once([send] * 8)
        assert (ledger.count({"kind": "refund"}), invoices.count({"kind": "credit_note"})) == (1, 1)
        assert (given_back(purchase.payment_id), net()) == (49900, 0)


def test_what_is_on_its_way_back_for_one_course_does_not_come_off_it_again(
    world: World, learner: Person, admin: Person, course: MadeCourse
) -> None:
    other = world.course(world.person("instructor"), amount=10000)
    both = world.paid(learner, course, other)
    world.buy(learner, course)
    world.gateway(refunds_pending=True, webhooks="off")
    world.verify(learner, both.proof)
    world.run_jobs()
    world.gateway(webhooks="off")
    world.refund(admin, both, 4000)
    world.run_jobs()
    assert ledger.net_of_order(both.id) == {course.id: 49900, other.id: 6000}
    held = refunds.get({"cause": "already_held"})
    assert held is not None
    settle(world, held, "processed")
    refunds.update({"_id": held["_id"]}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    assert ledger.net_of_order(both.id) == {course.id: 0, other.id: 6000}
    assert kept(both.id)["state"] == "partly_refunded"
