from collections.abc import Iterator
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from lms.jobs import payments
from lms.jobs import refunds as jobs
from lms.models.base import now
from lms.models.course_progress import course_progress
from lms.models.enrollments import enrollments
from lms.models.invoices import invoices
from lms.models.ledger import ledger, shares
from lms.models.orders import Order, orders
from lms.models.refunds import Refund, refunds
from lms.sandbox.razorpay_store import one, stored
from tests.routes.test_webhooks import deliver
from tests.world import MadeCourse, Person, Purchase, World, at_once, faults, refused, selling

REFUND = "/payments/refund"


@pytest.fixture(autouse=True)
def gateway(world: World) -> Iterator[None]:
    with selling(world):
        yield


@pytest.fixture
def teacher(world: World) -> Person:
    return world.person("instructor")


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=49900)


@pytest.fixture
def learner(world: World) -> Person:
    return world.person()


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin")


@pytest.fixture
def purchase(world: World, learner: Person, course: MadeCourse) -> Purchase:
    return world.buy(learner, course)


def give_back(world: World, admin: Person, purchase: Purchase, amount: int | None = None, **more: Any) -> TestResponse:
    body = {"orderId": str(purchase.id), "reason": "Asked for", **({"amount": amount} if amount else {})}
    return world.post(REFUND, body, by=admin, **more)


def kept(order_id: ObjectId) -> Order:
    order = orders.get({"_id": order_id})
    assert order is not None
    return order


def the_refund() -> Refund:
    (refund,) = refunds.find({})
    return refund


def given_back(purchase: Purchase) -> int:
    amount: int = one("Payments", purchase.payment_id)["amount_refunded"]
    return amount


def net() -> int:
    return sum(row["amount"] for row in ledger.find({}))


def students(world: World) -> int:
    count: int = world.get("/courses/").json["data"][0]["studentsCount"]
    return count


class TestAllOfIt:
    def test_ends_the_enrolment_and_keeps_the_progress(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        lesson = course.lessons[1].id
        done = {"subsectionId": str(lesson), "completed": True}
        world.post(f"/profile/updateCourseProgress/{course.id}", done, by=learner)
        assert world.get(f"/courses/playback/{lesson}", by=learner).status_code == 200
        answer = give_back(world, admin, purchase)
        assert (answer.status_code, answer.json["data"]["amount"]) == (202, 49900)
        assert world.get(f"/courses/playback/{lesson}", by=learner).status_code == 200, "the money is still with us"
        world.run_jobs()
        assert (kept(purchase.id)["state"], kept(purchase.id)["refunded"], given_back(purchase)) == (
            "refunded",
            49900,
            49900,
        )
        assert refused(world.get(f"/courses/playback/{lesson}", by=learner)) == (403, "not_enrolled")
        full = f"/courses/getFullCourseDetails/{course.id}"
        assert refused(world.get(full, by=learner)) == (403, "not_enrolled")
        assert world.get("/profile/getEnrolledCourses/me", by=learner).json["data"] == []
        assert (students(world), net(), course_progress.count({"user": learner.id})) == (0, 0, 1)
        assert the_refund()["by"] == admin.id

    def test_is_followed_by_a_credit_note_and_a_mail(
        self, world: World, learner: Person, admin: Person, purchase: Purchase
    ) -> None:
        give_back(world, admin, purchase)
        world.run_jobs()
        (order,) = world.get("/payments/orders", by=learner).json["data"]
        assert (order["state"], order["refunded"]) == ("refunded", 49900)
        invoice, note = order["invoices"]
        assert (note["kind"], note["amount"]) == ("credit_note", 49900)
        stored_note = invoices.get({"kind": "credit_note"})
        assert stored_note is not None
        assert stored_note["facts"]["originalNumber"] == invoice["number"]
        receipt, mail = world.inbox.to(learner.email)
        assert receipt.subject.endswith(invoice["number"])
        (attached,) = mail.files.items()
        assert attached[0] == f"{note['number'].replace('/', '-')}.pdf"
        assert attached[1] == world.get(f"/payments/invoices/{note['id']}", by=learner).data

    def test_lets_it_be_bought_again(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        done = {"subsectionId": str(course.lessons[0].id), "completed": True}
        before = world.post(f"/profile/updateCourseProgress/{course.id}", done, by=learner).json["data"]
        give_back(world, admin, purchase)
        world.run_jobs()
        again = world.buy(learner, course)
        (held,) = enrollments.find({})
        assert (held["status"], held["order"], "endedAt" in held) == ("active", again.id, False)
        full = world.get(f"/courses/getFullCourseDetails/{course.id}", by=learner).json["data"]
        assert full["completedVideos"] == before["completedVideos"]
        assert (students(world), net()) == (1, 49900)
        world.verify(learner, purchase.proof)
        assert ([each["order"] for each in enrollments.find({})], refunds.count({})) == ([again.id], 1)

    def test_does_not_end_what_was_bought_again_meanwhile(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        give_back(world, admin, purchase)
        world.run_jobs()
        world.buy(learner, course)
        refunds.update({"_id": the_refund()["_id"]}, {"$set": {"nextCheckAt": now()}})
        jobs.send(str(the_refund()["_id"]))
        payments.reconcile()
        world.run_jobs()
        assert (enrollments.attends(learner.id, course.id), given_back(purchase), net()) == (True, 49900, 49900)


class TestAPart:
    def test_keeps_the_enrolment_until_the_last_part(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        for amount, left in ((10000, 39900), (39800, 100)):
            assert give_back(world, admin, purchase, amount).json["data"]["amount"] == amount
            world.run_jobs()
            assert (kept(purchase.id)["state"], net()) == ("partly_refunded", left)
            assert enrollments.attends(learner.id, course.id)
        assert refused(give_back(world, admin, purchase, 101)) == (409, "refund_too_large")
        assert give_back(world, admin, purchase).json["data"]["amount"] == 100
        world.run_jobs()
        assert (kept(purchase.id)["state"], net(), given_back(purchase)) == ("refunded", 0, 49900)
        assert not enrollments.attends(learner.id, course.id)
        assert refused(give_back(world, admin, purchase)) == (409, "refund_too_large")
        assert invoices.count({"kind": "credit_note"}) == 3

    def test_comes_off_the_courses_by_what_is_left_of_each(self, world: World, learner: Person, admin: Person) -> None:
        """Of several authors: nobody gives back what another has given back already."""
        authors = [world.person("instructor") for _ in range(3)]
        sold = [world.course(author, amount=amount) for author, amount in zip(authors, (101, 10001, 333), strict=True)]
        both, ids = world.paid(learner, *sold), [each.id for each in sold]
        world.buy(learner, sold[1])
        world.verify(learner, both.proof)
        world.run_jobs()
        kept_by_course = ledger.net_by_course(ids)
        assert kept_by_course == {ids[0]: 101, ids[1]: 10001, ids[2]: 333}
        for amount in (100, 100, 101, None):
            give_back(world, admin, both, amount)
            world.run_jobs()
            kept_by_course = ledger.net_by_course(ids)
            assert min(kept_by_course.values()) >= 0, kept_by_course
        assert kept_by_course == {ids[0]: 0, ids[1]: 10001, ids[2]: 0}
        revenues = [
            world.get("/profile/getInstructorDashboard", by=author).json["data"]["totalRevenue"] for author in authors
        ]
        assert revenues == [0, 10001, 0]
        for note in invoices.find({"kind": "credit_note"}):
            assert sum(line["amount"] for line in note["facts"]["lines"]) == note["amount"]

    def test_of_many_at_once_is_never_more_than_was_captured(
        self, world: World, admin: Person, purchase: Purchase
    ) -> None:
        client = world.app.test_client
        answers = at_once([lambda: give_back(world, admin, purchase, 6000, client=client())] * 20)
        assert sorted(answer.status_code for answer in answers) == [202] * 8 + [409] * 12
        world.run_jobs()
        order = kept(purchase.id)
        assert (order["refunded"], given_back(purchase), net(), order["state"]) == (
            48000,
            48000,
            1900,
            "partly_refunded",
        )
        assert give_back(world, admin, purchase).json["data"]["amount"] == 1900
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase)) == ("refunded", 49900)


class TestTheGateway:
    def test_pays_out_later(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        give_back(world, admin, purchase)
        world.run_jobs()
        refund = the_refund()
        assert (refund["state"], kept(purchase.id)["state"], net()) == ("pending", "paid", 49900)
        assert enrollments.attends(learner.id, course.id)
        assert refused(give_back(world, admin, purchase, 1)) == (409, "refund_too_large")
        settle(world, refund, "processed")
        for _ in range(3):
            bring(world, "refund.processed")
        assert (the_refund()["state"], kept(purchase.id)["state"], net()) == ("processed", "refunded", 0)
        assert (ledger.count({}), invoices.count({"kind": "credit_note"}), students(world)) == (2, 1, 0)
        assert len(world.inbox.to(learner.email)) == 2

    def test_pays_out_and_no_webhook_comes(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        give_back(world, admin, purchase)
        world.run_jobs()
        settle(world, the_refund(), "processed")
        payments.reconcile()
        assert the_refund()["state"] == "pending", "it is not asked about before its time"
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        payments.reconcile()
        assert (the_refund()["state"], kept(purchase.id)["state"]) == ("processed", "refunded")

    def test_cannot_pay_out_and_the_amount_is_free_again(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.gateway(refunds_pending=True, webhooks="off")
        give_back(world, admin, purchase)
        world.run_jobs()
        settle(world, the_refund(), "failed")
        for _ in range(2):
            bring(world, "refund.failed")
        assert (the_refund()["state"], kept(purchase.id)["refunded"], net()) == ("failed", 0, 49900)
        assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)
        world.gateway(webhooks="off")
        assert give_back(world, admin, purchase).status_code == 202
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase), net()) == ("refunded", 49900, 0)

    def test_refuses_and_the_amount_is_free_again(self, world: World, admin: Person, purchase: Purchase) -> None:
        """Somebody gave it back at the gateway itself."""
        stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"amount_refunded": 49900}})
        give_back(world, admin, purchase)
        world.run_jobs()
        assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("failed", 0)
        assert "refunded already" in the_refund()["failure"]

    def test_does_it_once_though_its_answer_is_lost(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(wrong="html502", only="refunds", webhooks="off")
        give_back(world, admin, purchase)
        world.run_jobs()
        assert (the_refund()["state"], given_back(purchase)) == ("pending", 49900)
        bring(world, "refund.processed")
        assert the_refund()["state"] == "pending", "nobody knows yet that it is ours"
        world.gateway(webhooks="off")
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        payments.reconcile()
        assert (the_refund()["state"], given_back(purchase), net()) == ("processed", 49900, 0)

    def test_is_dead_and_nothing_is_lost(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.gateway(dead=True, webhooks="off")
        assert give_back(world, admin, purchase).status_code == 202
        world.run_jobs()
        assert (the_refund()["state"], kept(purchase.id)["refunded"]) == ("pending", 49900)
        world.gateway(webhooks="off")
        refunds.update({}, {"$set": {"nextCheckAt": now()}})
        payments.reconcile()
        assert (the_refund()["state"], given_back(purchase)) == ("processed", 49900)

    def test_is_asked_by_many_at_once_and_books_once(self, world: World, admin: Person, purchase: Purchase) -> None:
        give_back(world, admin, purchase)
        refund_id, app = str(the_refund()["_id"]), world.app

        def send() -> None:
            with app.app_context():
                jobs.send(refund_id)

        at_once([send] * 8)
        assert (ledger.count({"kind": "refund"}), invoices.count({"kind": "credit_note"})) == (1, 1)
        assert (given_back(purchase), net()) == (49900, 0)


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


class TestARefund:
    def test_is_for_paid_orders(self, world: World, learner: Person, admin: Person, course: MadeCourse) -> None:
        made = world.order(learner, course).json["data"]
        for named in (made["id"], made["orderId"]):
            assert refused(world.post(REFUND, {"orderId": named, "reason": "A"}, by=admin)) == (409, "not_paid")
        for named in (str(ObjectId()), "order_00000000000000"):
            assert refused(world.post(REFUND, {"orderId": named, "reason": "A"}, by=admin)) == (404, "order_not_found")

    def test_of_an_order_that_cost_nothing_is_refused(
        self, world: World, learner: Person, admin: Person, course: MadeCourse
    ) -> None:
        world.coupon("FREE", percent=100)
        made = world.order(learner, course, coupon="FREE").json["data"]
        for amount in ({}, {"amount": 1}):
            body = {"orderId": made["id"], "reason": "A", **amount}
            assert refused(world.post(REFUND, body, by=admin)) == (409, "refund_too_large")

    @pytest.mark.parametrize("amount", [0, -1, 1.5, 1.0, "100", True, 10**13, {"$gt": 0}])
    def test_is_of_whole_paise(self, world: World, admin: Person, purchase: Purchase, amount: Any) -> None:
        body = {"orderId": str(purchase.id), "reason": "A", "amount": amount}
        assert faults(world.post(REFUND, body, by=admin)) == {"amount"}
        assert refunds.count({}) == 0

    def test_has_a_reason(self, world: World, admin: Person, purchase: Purchase) -> None:
        for reason in ({}, {"reason": ""}, {"reason": " "}, {"reason": "r" * 501}, {"reason": None}):
            assert faults(world.post(REFUND, {"orderId": str(purchase.id), **reason}, by=admin)) == {"reason"}

    def test_is_given_by_administrators(
        self, world: World, learner: Person, teacher: Person, purchase: Purchase
    ) -> None:
        for by in (learner, teacher):
            assert refused(give_back(world, by, purchase)) == (403, "forbidden")
        assert refused(world.post(REFUND, {"orderId": str(purchase.id), "reason": "A"})) == (401, "not_signed_in")

    def test_of_more_than_was_paid_is_refused(self, world: World, admin: Person, purchase: Purchase) -> None:
        assert refused(give_back(world, admin, purchase, 49901)) == (409, "refund_too_large")
        assert (kept(purchase.id)["refunded"], refunds.count({})) == (0, 0)


@given(st.data())
def test_shares_are_exactly_the_whole_and_none_is_more_than_its_weight(data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(0, 10**10), min_size=1, max_size=20).filter(any))
    amount = data.draw(st.integers(0, sum(weights)))
    parts = shares(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight and type(part) is int for part, weight in zip(parts, weights, strict=True))
