"""Payments that nobody tells of: the browser is closed, and no webhook comes."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms.controllers.payments import reconciliation
from lms.errors import GatewayUnavailable
from lms.jobs.payments import payments as jobs
from lms.machinery import schedule
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupon_uses, coupons
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.system.scheduled_jobs import scheduled_jobs
from lms.sandbox.razorpay_store import stored
from lms.services.payments import razorpay
from tests.buying import given_back, kept, net
from tests.world import MadeCourse, Person, World, at_once

pytestmark = pytest.mark.usefixtures("gateway")

TIMES = [1, 2, 5, 15, 60, 6 * 60, 24 * 60, 72 * 60]


def order(world: World, learner: Person, course: MadeCourse, coupon: str | None = None) -> ObjectId:
    return ObjectId(world.order(learner, course, coupon=coupon).json["data"]["id"])


def pay(world: World, order_id: ObjectId, outcome: str = "captured_silently") -> dict[str, Any]:
    return world.pay(kept(order_id)["razorpayOrderId"], outcome)


def age(order_id: ObjectId, minutes: float) -> None:
    """Have the order been made so long ago, and everything about it."""
    made, due = kept(order_id)["createdAt"], kept(order_id)["nextCheckAt"]
    moment = now() - timedelta(minutes=minutes)
    shifted = {"createdAt": moment, "nextCheckAt": due - (made - moment) if due else None}
    orders.update({"_id": order_id}, {"$set": shifted})


def minutes_until_check(order_id: ObjectId) -> float | None:
    """How long after its creation an order is asked about next."""
    found = kept(order_id)
    return (found["nextCheckAt"] - found["createdAt"]).total_seconds() / 60 if found["nextCheckAt"] else None


def draft(world: World, learner: Person, course: MadeCourse, at_the_gateway: bool, code: str | None = None) -> ObjectId:
    """An order whose process was killed before the gateway's answer was noted."""
    order_id = order(world, learner, course, code)
    placed = kept(order_id)["razorpayOrderId"]
    orders.raw.update_one({"_id": order_id}, {"$set": {"state": "draft"}, "$unset": {"razorpayOrderId": ""}})
    if not at_the_gateway:
        stored("Orders").delete_one({"_id": placed})
    age(order_id, 1)
    return order_id


class TestAnUnpaidOrder:
    def test_that_was_paid_is_enrolled_by_the_reconciler_alone(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = order(world, learner, course)
        pay(world, order_id)
        reconciliation.reconcile()
        assert enrollments.count({}) == 0, "its time has not come"
        age(order_id, 1)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], kept(order_id)["nextCheckAt"]) == ("paid", None)
        assert enrollments.attends(learner.id, course.id)
        world.run_jobs()
        assert (ledger.count({}), invoices.count({}), len(world.inbox.to(learner.email))) == (1, 1, 1)

    def test_is_asked_about_eight_times_in_three_days(self, world: World, learner: Person, course: MadeCourse) -> None:
        order_id = order(world, learner, course)
        asked = [minutes_until_check(order_id)]
        for minutes in TIMES:
            age(order_id, minutes)
            reconciliation.reconcile()
            asked.append(minutes_until_check(order_id))
        assert asked == [*TIMES, None]
        assert (kept(order_id)["checks"], kept(order_id)["state"]) == (8, "expired")

    def test_is_asked_about_once_for_all_the_times_that_were_missed(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = order(world, learner, course)
        age(order_id, 59)
        reconciliation.reconcile()
        assert (minutes_until_check(order_id), kept(order_id)["checks"]) == (60, 1)

    @pytest.mark.parametrize("minutes", TIMES)
    def test_that_was_paid_before_any_check_is_enrolled_at_it(
        self, world: World, learner: Person, course: MadeCourse, minutes: int
    ) -> None:
        order_id = order(world, learner, course)
        for earlier in TIMES[: TIMES.index(minutes)]:
            age(order_id, earlier)
            reconciliation.reconcile()
        pay(world, order_id)
        age(order_id, minutes)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)

    @pytest.mark.parametrize("outcome", ["failed", "authorized", None])
    def test_that_was_not_paid_is_left_alone(
        self, world: World, learner: Person, course: MadeCourse, outcome: str | None
    ) -> None:
        order_id = order(world, learner, course)
        if outcome:
            pay(world, order_id, outcome)
        age(order_id, 60)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], enrollments.count({}), ledger.count({})) == ("created", 0, 0)

    def test_that_was_paid_at_the_second_try_is_enrolled(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = order(world, learner, course)
        pay(world, order_id, "failed")
        pay(world, order_id)
        age(order_id, 1)
        reconciliation.reconcile()
        assert enrollments.attends(learner.id, course.id)

    def test_that_was_paid_twice_is_enrolled_and_one_payment_goes_back(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = order(world, learner, course)
        world.gateway(paid_twice=True, webhooks="off")
        proofs = [pay(world, order_id), pay(world, order_id)]
        age(order_id, 1)
        reconciliation.reconcile()
        world.run_jobs()
        assert sorted(given_back(proof["razorpay_payment_id"]) for proof in proofs) == [0, 49900]
        assert (net(), enrollments.count({})) == (49900, 1)

    def test_that_was_not_paid_as_asked_is_for_staff(self, world: World, learner: Person, course: MadeCourse) -> None:
        order_id = order(world, learner, course)
        pay(world, order_id)
        age(order_id, 1)
        world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
        reconciliation.reconcile()
        assert (kept(order_id)["state"], kept(order_id)["nextCheckAt"]) == ("review", None)
        assert enrollments.count({}) == 0

    def test_expires_after_a_day_and_gives_its_coupon_back_once(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.coupon("TEN", percent=10, most_uses=1, most_uses_per_user=1)
        order_id = order(world, learner, course, "TEN")
        age(order_id, 24 * 60 - 1)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], [each["used"] for each in coupons.find({})]) == ("created", [1])
        for minutes in (24 * 60, 72 * 60, 100 * 60):
            age(order_id, minutes)
            reconciliation.reconcile()
        assert kept(order_id)["state"] == "expired"
        assert [each["used"] for each in (*coupons.find({}), *coupon_uses.find({}))] == [0, 0]
        assert world.order(learner, course, coupon="TEN").status_code == 201

    def test_paid_in_its_last_moment_is_paid_and_not_expired(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.coupon("TEN", percent=10)
        order_id = order(world, learner, course, "TEN")
        pay(world, order_id)
        age(order_id, 24 * 60)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], [each["used"] for each in coupons.find({})]) == ("paid", [1])


class TestADraft:
    def test_that_the_gateway_knows_is_found_by_its_receipt(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = draft(world, learner, course, at_the_gateway=True)
        reconciliation.reconcile()
        assert (kept(order_id)["state"], minutes_until_check(order_id)) == ("created", 2)
        pay(world, order_id)
        age(order_id, 2)
        reconciliation.reconcile()
        assert enrollments.attends(learner.id, course.id)

    def test_that_it_does_not_know_is_dropped_with_the_use_of_its_coupon(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        world.coupon("TEN", percent=10, most_uses=1)
        draft(world, learner, course, at_the_gateway=False, code="TEN")
        reconciliation.reconcile()
        assert (orders.count({}), [each["used"] for each in (*coupons.find({}), *coupon_uses.find({}))]) == (0, [0, 0])

    def test_that_is_young_is_left_to_its_request(self, world: World, learner: Person, course: MadeCourse) -> None:
        order_id = draft(world, learner, course, at_the_gateway=False)
        age(order_id, 0.9)
        reconciliation.reconcile()
        assert kept(order_id)["state"] == "draft"

    def test_is_not_dropped_while_the_gateway_is_down(self, world: World, learner: Person, course: MadeCourse) -> None:
        order_id = draft(world, learner, course, at_the_gateway=True)
        world.gateway(dead=True, webhooks="off")
        with pytest.raises(GatewayUnavailable):
            reconciliation.reconcile()
        assert kept(order_id)["state"] == "draft"
        world.gateway(webhooks="off")
        age(order_id, 3)
        reconciliation.reconcile()
        assert kept(order_id)["state"] == "created"


class TestARound:
    def test_with_the_gateway_down_loses_no_check(self, world: World, course: MadeCourse) -> None:
        ids = [order(world, world.person(), course) for _ in range(3)]
        for order_id in ids:
            pay(world, order_id)
            age(order_id, 72 * 60)
        world.gateway(dead=True, webhooks="off")
        for _ in range(3):
            with pytest.raises(GatewayUnavailable):
                reconciliation.reconcile()
        assert {kept(order_id)["state"] for order_id in ids} == {"created"}
        assert all(kept(order_id)["nextCheckAt"] <= now() + timedelta(minutes=1) for order_id in ids)  # type: ignore[operator]
        world.gateway(webhooks="off")
        orders.raw.update_many({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert {kept(order_id)["state"] for order_id in ids} == {"paid"}

    def test_goes_on_after_an_order_that_the_gateway_does_not_know(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        """One made with keys of before, say."""
        lost = [order(world, learner, course) for _ in range(3)]
        stored("Orders").delete_many({})
        late = order(world, learner, course)
        pay(world, late)
        for order_id in (*lost, late):
            age(order_id, 1)
        reconciliation.reconcile()
        assert kept(late)["state"] == "paid"
        assert [minutes_until_check(order_id) for order_id in lost] == [2, 2, 2]
        for order_id in lost:
            age(order_id, 24 * 60)
        reconciliation.reconcile()
        assert {kept(order_id)["state"] for order_id in lost} == {"expired"}

    def test_by_many_at_once_asks_about_each_order_once(
        self, world: World, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = [order(world, world.person(), course) for _ in range(6)]
        for order_id in ids:
            pay(world, order_id)
            age(order_id, 1)
        asked, ask, app = [], razorpay.payments_of, world.app
        monkeypatch.setattr(razorpay, "payments_of", lambda order_id: asked.append(order_id) or ask(order_id))  # type: ignore[func-returns-value]

        def run() -> None:
            with app.app_context():
                reconciliation.reconcile()

        at_once([run] * 4)
        assert sorted(asked) == sorted(kept(order_id)["razorpayOrderId"] for order_id in ids)
        assert (enrollments.count({}), ledger.count({}), invoices.count({})) == (6, 6, 6)

    def test_comes_every_thirty_seconds(self, world: World, learner: Person, course: MadeCourse) -> None:
        entry = jobs.reconcile
        moment = now().replace(second=3, microsecond=0)
        assert entry.after(moment) - moment == timedelta(seconds=27)
        assert entry.after(entry.after(moment)) - entry.after(moment) == timedelta(seconds=30)
        order_id = order(world, learner, course)
        pay(world, order_id)
        age(order_id, 1)
        schedule.tick(moment)
        schedule.tick(moment + timedelta(seconds=28))
        schedule.tick(moment + timedelta(seconds=28))
        assert scheduled_jobs.count({"_id": entry.name}) == 1
        world.run_jobs()
        assert enrollments.attends(learner.id, course.id)
