"""What one payment more, one order more or one decision of staff does; `settle` itself is behind every way in."""

from datetime import timedelta
from typing import Any

import pytest

from lms.controllers.payments import held_orders, reconciliation, settlement
from lms.errors import OrderNotInReview, PaymentNotUsable
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import coupons
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.refunds import refunds
from lms.models.system.outbox import outbox
from lms.services.payments.razorpay import SANDBOX
from tests.buying import Purchase, given_back, kept, net
from tests.database import only_accepting
from tests.world import MadeCourse, Person, World, at_once, refused

pytestmark = pytest.mark.usefixtures("gateway")


def paid_again(world: World, purchase: Purchase) -> dict[str, Any]:
    """The proof of one more payment of an order."""
    world.gateway(paid_twice=True, webhooks="off")
    return world.pay(purchase.order_id)


class TestASecondPayment:
    def test_of_a_paid_order_goes_back_whole_and_once(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.buy(learner, course)
        proof = paid_again(world, purchase)
        for _ in range(3):
            assert world.verify(learner, proof).status_code == 200
            world.run_jobs()
        client = world.app.test_client
        answers = at_once([lambda: world.verify(learner, proof, client=client())] * 6)
        assert {answer.status_code for answer in answers} == {200}
        world.run_jobs()
        (refund,) = refunds.find({})
        assert (refund["cause"], refund["amount"], refund["state"]) == ("duplicate_payment", 49900, "processed")
        assert (given_back(proof["razorpay_payment_id"]), given_back(purchase.payment_id)) == (49900, 0)
        order = kept(purchase.id)
        assert (order["state"], order["refunded"], order.get("razorpayPaymentId")) == ("paid", 0, purchase.payment_id)
        assert (net(), ledger.net_by_course([course.id])) == (49900, {course.id: 49900})
        assert (enrollments.attends(learner.id, course.id), invoices.count({})) == (True, 1)

    def test_comes_before_or_with_the_first(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        second, client = paid_again(world, purchase), world.app.test_client
        proofs = [purchase.proof, second] * 3
        answers = at_once([lambda proof=proof: world.verify(learner, proof, client=client()) for proof in proofs])  # type: ignore[misc]
        assert {answer.status_code for answer in answers} == {200}
        world.run_jobs()
        back = sorted(given_back(each["razorpay_payment_id"]) for each in (purchase.proof, second))
        assert (back, net(), enrollments.count({}), invoices.count({})) == ([0, 49900], 49900, 1, 1)

    def test_of_a_refunded_order_goes_back_too(self, world: World, course: MadeCourse) -> None:
        learner, admin = world.person(), world.person("admin")
        purchase = world.buy(learner, course)
        world.post("/payments/refund", {"orderId": purchase.order_id, "reason": "Asked"}, by=admin)
        world.run_jobs()
        proof = paid_again(world, purchase)
        world.verify(learner, proof)
        world.run_jobs()
        assert (given_back(proof["razorpay_payment_id"]), net()) == (49900, 0)
        assert not enrollments.attends(learner.id, course.id)


class TestACourseHeldThroughAnotherOrder:
    def test_goes_back_for_its_line_only(self, world: World, course: MadeCourse, teacher: Person) -> None:
        learner, other = world.person(), world.course(teacher, amount=100_00)
        both = world.paid(learner, course, other)
        alone = world.buy(learner, course)
        assert world.verify(learner, both.proof).status_code == 200
        world.run_jobs()
        (refund,) = refunds.find({})
        assert (refund["cause"], refund["course"], refund["amount"]) == ("already_held", course.id, 49900)
        assert (kept(both.id)["state"], kept(alone.id)["state"]) == ("partly_refunded", "paid")
        assert given_back(both.payment_id) == 49900
        assert ledger.net_by_course([course.id, other.id]) == {course.id: 49900, other.id: 100_00}
        held = {each["course"]: each.get("order") for each in enrollments.find({"status": "active"})}
        assert held == {course.id: alone.id, other.id: both.id}
        note = invoices.get({"kind": "credit_note"})
        assert note is not None
        assert (note["amount"], [line["amount"] for line in note["facts"]["lines"]]) == (49900, [49900])

    def test_of_that_course_alone_is_refunded_and_keeps_the_enrolment(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        late = world.paid(learner, course)
        world.buy(learner, course)
        world.verify(learner, late.proof)
        world.run_jobs()
        assert (kept(late.id)["state"], kept(late.id)["refunded"]) == ("refunded", 49900)
        assert (enrollments.attends(learner.id, course.id), enrollments.count({})) == (True, 1)
        assert world.get("/courses/").json["data"][0]["studentsCount"] == 1

    def test_of_four_orders_paid_at_once_one_is_kept(self, world: World, course: MadeCourse) -> None:
        learner, client = world.person(), world.app.test_client
        made = [world.paid(learner, course) for _ in range(4)]
        answers = at_once([lambda each=each: world.verify(learner, each.proof, client=client()) for each in made])  # type: ignore[misc]
        assert {answer.status_code for answer in answers} == {200}
        world.run_jobs()
        assert sorted(order["state"] for order in orders.find({})) == ["paid"] + ["refunded"] * 3
        assert (net(), ledger.net_by_course([course.id])) == (49900, {course.id: 49900})
        assert (enrollments.count({}), sum(given_back(each.payment_id) for each in made)) == (1, 3 * 49900)

    def test_or_given_by_staff_goes_back(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        world.enroll(learner, course, "staff")
        world.verify(learner, purchase.proof)
        world.run_jobs()
        assert (given_back(purchase.payment_id), net()) == (49900, 0)
        assert enrollments.attends(learner.id, course.id)


def test_an_expired_order_that_is_paid_late_enrols(world: World, course: MadeCourse) -> None:
    learner = world.person()
    purchase = world.paid(learner, course)
    assert orders.expire(purchase.id)
    assert world.verify(learner, purchase.proof).status_code == 200
    assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)


def test_a_course_that_was_sold_is_attended_though_it_is_sold_no_longer(world: World, course: MadeCourse) -> None:
    learner = world.person()
    purchase = world.paid(learner, course)
    courses.update({"_id": course.id}, {"$set": {"status": "archived", "amount": 1}})
    assert world.verify(learner, purchase.proof).status_code == 200
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).status_code == 200


@pytest.mark.parametrize("collection", ["ledger", "enrollments", "invoices", "outbox", "courses"])
def test_a_settlement_that_cannot_be_written_whole_is_not_written(
    world: World, course: MadeCourse, collection: str
) -> None:
    learner = world.person()
    purchase = world.paid(learner, course)
    with only_accepting(collection, {"never": True}):
        assert refused(world.verify(learner, purchase.proof)) == (500, "internal_error")
    assert kept(purchase.id)["state"] == "created"
    assert [each.count({}) for each in (enrollments, ledger, invoices, outbox)] == [0, 0, 0, 0]
    assert world.verify(learner, purchase.proof).status_code == 200


class TestReview:
    """What staff decide on; the learner paid 499.00 and the gateway told of 498.99 at first."""

    @pytest.fixture
    def learner(self, world: World) -> Person:
        return world.person()

    @pytest.fixture
    def purchase(self, world: World, learner: Person, course: MadeCourse) -> Purchase:
        world.coupon("KEPT", amount=1, most_uses=5)
        purchase = world.paid(learner, course, coupon="KEPT")
        world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
        assert world.verify(learner, purchase.proof).json["data"]["state"] == "review"
        world.gateway(webhooks="off")
        return purchase

    def test_accepted_enrols(self, world: World, learner: Person, purchase: Purchase, course: MadeCourse) -> None:
        settlement.accept(purchase.id, purchase.payment_id)
        world.run_jobs()
        order = kept(purchase.id)
        assert (order["state"], order["amount"], net()) == ("paid", 49800, 49800)
        assert enrollments.attends(learner.id, course.id)
        assert len(world.inbox.to(learner.email)) == 1
        with pytest.raises(OrderNotInReview):
            settlement.accept(purchase.id, purchase.payment_id)
        assert world.verify(learner, purchase.proof).status_code == 200
        assert (ledger.count({}), refunds.count({}), invoices.count({})) == (1, 0, 1)

    def test_accepted_for_less_asks_for_less(self, world: World, purchase: Purchase, course: MadeCourse) -> None:
        world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
        settlement.accept(purchase.id, purchase.payment_id)
        world.gateway(webhooks="off")
        order = kept(purchase.id)
        assert (order["amount"], [line["amount"] for line in order["lines"]]) == (49799, [49799])
        assert ledger.net_by_course([course.id]) == {course.id: 49799}
        world.run_jobs()
        (invoice,) = invoices.find({})
        assert (invoice["amount"], "pdf" in invoice) == (49799, True)

    def test_accepted_for_more_gives_the_rest_back(self, world: World, purchase: Purchase, course: MadeCourse) -> None:
        orders.update({"_id": purchase.id}, {"$set": {"amount": 40000, "lines.0.amount": 40000}})
        settlement.accept(purchase.id, purchase.payment_id)
        world.run_jobs()
        assert (kept(purchase.id)["amount"], given_back(purchase.payment_id)) == (40000, 9800)
        assert (net(), ledger.net_by_course([course.id])) == (40000, {course.id: 40000})
        assert kept(purchase.id)["state"] == "paid"

    def test_declined_gives_it_back_and_enrols_nobody(
        self, world: World, learner: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase.payment_id), net()) == ("refunded", 49800, 0)
        assert enrollments.count({}) == invoices.count({}) == 0
        with pytest.raises(OrderNotInReview):
            settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        for _ in range(2):
            answer = world.verify(learner, purchase.proof)
            assert (answer.status_code, answer.json["data"]["state"]) == (200, "refunded")
        world.run_jobs()
        assert (refunds.count({}), ledger.count({}), enrollments.count({})) == (1, 2, 0)

    def test_declined_cannot_be_refunded_once_more(self, world: World, purchase: Purchase) -> None:
        settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        body = {"orderId": purchase.order_id, "reason": "Asked"}
        assert refused(world.post("/payments/refund", body, by=world.person("admin")))[0] == 409
        world.run_jobs()
        assert (given_back(purchase.payment_id), refunds.count({})) == (49800, 1)

    def test_declined_has_no_receipt_to_ask_for(self, world: World, learner: Person, purchase: Purchase) -> None:
        settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        body = {"orderId": purchase.order_id}
        assert refused(world.post("/payments/sendPaymentSuccessEmail", body, by=learner)) == (409, "not_paid")

    def test_declined_gives_the_coupon_back_once(self, world: World, purchase: Purchase) -> None:
        assert [each["used"] for each in coupons.find({})] == [1]
        settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        reconciliation.reconcile()
        assert [each["used"] for each in coupons.find({})] == [0]

    def test_is_not_refunded_nor_receipted_before_it_is_decided(
        self, world: World, learner: Person, purchase: Purchase
    ) -> None:
        body = {"orderId": purchase.order_id}
        admin = world.person("admin")
        assert refused(world.post("/payments/refund", {**body, "reason": "A"}, by=admin)) == (409, "not_paid")
        assert refused(world.post("/payments/sendPaymentSuccessEmail", body, by=learner)) == (409, "not_paid")

    def test_takes_only_a_captured_payment_of_that_order(
        self, world: World, purchase: Purchase, course: MadeCourse
    ) -> None:
        other = world.paid(world.person(), course)
        failing = world.order(world.person(), course).json["data"]["orderId"]
        failed = world.pay(failing, "failed")["error"]["metadata"]["payment_id"]
        for payment_id in (other.payment_id, failed, "pay_00000000000000", "", "../orders"):
            for decide in (held_orders.accept, held_orders.decline):
                with pytest.raises(PaymentNotUsable):
                    decide(purchase.id, payment_id)
        assert (kept(purchase.id)["state"], ledger.count({}), refunds.count({})) == ("review", 0, 0)

    @pytest.mark.parametrize("decide", [held_orders.accept, held_orders.decline])
    def test_leaves_no_second_payment_with_us(
        self, world: World, learner: Person, purchase: Purchase, decide: Any
    ) -> None:
        """Somebody who saw their payment looked at may pay again."""
        second = paid_again(world, purchase)
        assert world.verify(learner, second).status_code == 202
        decide(purchase.id, purchase.payment_id)
        world.gateway(webhooks="off")
        reconciliation.reconcile()
        world.run_jobs()
        assert given_back(second["razorpay_payment_id"]) == 49800

    def test_of_money_that_went_back_already_gives_nothing_back_twice(self, world: World, purchase: Purchase) -> None:
        auth = (SANDBOX.key_id, SANDBOX.key_secret)
        world.post(f"/sandbox/razorpay/v1/payments/{purchase.payment_id}/refund", {}, auth=auth)
        settlement.decline(purchase.id, purchase.payment_id, "It did not fit.")
        world.run_jobs()
        assert (kept(purchase.id)["state"], net()) == ("refunded", 0)
        assert refunds.count({"state": {"$ne": "processed"}}) == 0


def test_a_job_is_promised_within_the_settlement(world: World, course: MadeCourse) -> None:
    world.buy(world.person(), course)
    rows = outbox.find({})
    assert {row["job"] for row in rows} == {"receipts.mail_receipt"}
    assert all(row["dueAt"] - row["createdAt"] <= timedelta(seconds=5) for row in rows)


class TestACourseThatIsGone:
    def test_when_it_is_paid_is_given_back_and_enrols_nobody(
        self, world: World, teacher: Person, course: MadeCourse
    ) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        assert world.delete(f"/courses/deleteCourse/{course.id}", by=teacher).status_code == 200
        assert world.verify(learner, purchase.proof).status_code == 200
        world.run_jobs()
        (refund,) = refunds.find({})
        assert (refund["cause"], refund["amount"], refund["state"]) == ("withdrawn", 49900, "processed")
        assert (enrollments.count({}), net()) == (0, 0)


def test_of_eight_orders_at_once_that_cost_nothing_one_enrols(world: World, course: MadeCourse) -> None:
    world.coupon("FREE", percent=100)
    learner, client = world.person(), world.app.test_client
    calls = [lambda: world.order(learner, course, coupon="FREE", client=client())] * 8
    assert sorted(answer.status_code for answer in at_once(calls)) == [201, *[409] * 7]
    assert (invoices.count({}), orders.count({}), coupons.get({"_id": "FREE"})["used"]) == (1, 1, 1)
