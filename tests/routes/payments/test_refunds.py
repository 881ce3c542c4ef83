from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from lms.controllers.payments import reconciliation
from lms.controllers.payments import refunds as controller
from lms.models.base import now
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger, shares
from lms.models.payments.refunds import Refund, refunds
from tests.buying import Purchase, given_back, kept, net
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")

REFUND = "/payments/refund"


def the_refund() -> Refund:
    (refund,) = refunds.find({})
    return refund


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
        answer = world.refund(admin, purchase)
        assert (answer.status_code, answer.json["data"]["amount"]) == (202, 49900)
        assert world.get(f"/courses/playback/{lesson}", by=learner).status_code == 200, "the money is still with us"
        world.run_jobs()
        assert (kept(purchase.id)["state"], kept(purchase.id)["refunded"], given_back(purchase.payment_id)) == (
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
        world.refund(admin, purchase)
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
        world.refund(admin, purchase)
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
        world.refund(admin, purchase)
        world.run_jobs()
        world.buy(learner, course)
        refunds.update({"_id": the_refund()["_id"]}, {"$set": {"nextCheckAt": now()}})
        controller.send(the_refund()["_id"])
        reconciliation.reconcile()
        world.run_jobs()
        assert (given_back(purchase.payment_id), net()) == (49900, 49900)
        assert enrollments.attends(learner.id, course.id)


class TestAPart:
    def test_keeps_the_enrolment_until_the_last_part(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        for amount, left in ((10000, 39900), (39800, 100)):
            assert world.refund(admin, purchase, amount).json["data"]["amount"] == amount
            world.run_jobs()
            assert (kept(purchase.id)["state"], net()) == ("partly_refunded", left)
            assert enrollments.attends(learner.id, course.id)
        assert refused(world.refund(admin, purchase, 101)) == (409, "refund_too_large")
        assert world.refund(admin, purchase).json["data"]["amount"] == 100
        world.run_jobs()
        assert (kept(purchase.id)["state"], net(), given_back(purchase.payment_id)) == ("refunded", 0, 49900)
        assert not enrollments.attends(learner.id, course.id)
        assert refused(world.refund(admin, purchase)) == (409, "refund_too_large")
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
            world.refund(admin, both, amount)
            world.run_jobs()
            kept_by_course = ledger.net_by_course(ids)
            assert min(kept_by_course.values()) >= 0, kept_by_course
        assert kept_by_course == {ids[0]: 0, ids[1]: 10001, ids[2]: 0}
        revenues = [
            world.get("/profile/getInstructorDashboard", by=author).json["data"]["totalRevenue"] for author in authors
        ]
        assert revenues == [0, 10001, 0]
        listed = [world.get("/courses/getInstructorCourses", by=author).json["data"][0] for author in authors]
        assert [course["revenue"] for course in listed] == revenues
        for note in invoices.find({"kind": "credit_note"}):
            assert sum(line["amount"] for line in note["facts"]["lines"]) == note["amount"]

    def test_of_many_at_once_is_never_more_than_was_captured(
        self, world: World, admin: Person, purchase: Purchase
    ) -> None:
        client = world.app.test_client
        answers = at_once([lambda: world.refund(admin, purchase, 6000, client=client())] * 20)
        assert sorted(answer.status_code for answer in answers) == [202] * 8 + [409] * 12
        world.run_jobs()
        order = kept(purchase.id)
        assert (order["refunded"], given_back(purchase.payment_id), net(), order["state"]) == (
            48000,
            48000,
            1900,
            "partly_refunded",
        )
        assert world.refund(admin, purchase).json["data"]["amount"] == 1900
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase.payment_id)) == ("refunded", 49900)


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

    @pytest.mark.parametrize("amount", [0, -1, 1.5, "100", True, 10**13, {"$gt": 0}])
    def test_is_of_whole_paise(self, world: World, admin: Person, purchase: Purchase, amount: Any) -> None:
        body = {"orderId": str(purchase.id), "reason": "A", "amount": amount}
        assert faults(world.post(REFUND, body, by=admin)) == {"amount"}
        assert refunds.count({}) == 0

    def test_may_write_them_with_a_point(self, world: World, admin: Person, purchase: Purchase) -> None:
        body = {"orderId": str(purchase.id), "reason": "A", "amount": 5000.0}
        assert world.post(REFUND, body, by=admin).json["data"]["amount"] == 5000

    def test_has_a_reason(self, world: World, admin: Person, purchase: Purchase) -> None:
        for reason in ({}, {"reason": ""}, {"reason": " "}, {"reason": "r" * 501}, {"reason": None}):
            assert faults(world.post(REFUND, {"orderId": str(purchase.id), **reason}, by=admin)) == {"reason"}

    def test_is_given_by_administrators(
        self, world: World, learner: Person, teacher: Person, purchase: Purchase
    ) -> None:
        for by in (learner, teacher):
            assert refused(world.refund(by, purchase)) == (403, "forbidden")
        assert refused(world.post(REFUND, {"orderId": str(purchase.id), "reason": "A"})) == (401, "not_signed_in")

    def test_of_more_than_was_paid_is_refused(self, world: World, admin: Person, purchase: Purchase) -> None:
        assert refused(world.refund(admin, purchase, 49901)) == (409, "refund_too_large")
        assert (kept(purchase.id)["refunded"], refunds.count({})) == (0, 0)


@given(st.data())
def test_shares_are_exactly_the_whole_and_none_is_more_than_its_weight(data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(0, 10**10), min_size=1, max_size=20).filter(any))
    amount = data.draw(st.integers(0, sum(weights)))
    parts = shares(amount, weights)
    assert sum(parts) == amount
    assert all(0 <= part <= weight and type(part) is int for part, weight in zip(parts, weights, strict=True))
