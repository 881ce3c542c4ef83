"""Refunds that are too small, that repeat, or that come with a key."""

import pytest

from lms.controllers.payments import gateway_refunds
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.refunds import REPEATED, refunds
from tests.buying import Purchase, given_back, kept
from tests.world import MadeCourse, Person, World, at_once, faults, refused

pytestmark = pytest.mark.usefixtures("gateway")


class TestLessThanARupee:
    @pytest.mark.parametrize("amount", [1, 99])
    def test_is_refused(self, world: World, admin: Person, purchase: Purchase, amount: int) -> None:
        assert refused(world.refund(admin, purchase, amount)) == (409, "refund_too_small")
        assert (refunds.count({}), kept(purchase.id)["refunded"]) == (0, 0)

    @pytest.mark.parametrize("left", [1, 99])
    def test_is_not_left_over(self, world: World, admin: Person, purchase: Purchase, left: int) -> None:
        assert refused(world.refund(admin, purchase, 49900 - left)) == (409, "refund_leaves_too_little")
        assert world.refund(admin, purchase, 49800).status_code == 202
        assert world.refund(admin, purchase).json["data"]["amount"] == 100
        world.run_jobs()
        assert (kept(purchase.id)["state"], given_back(purchase.payment_id)) == ("refunded", 49900)

    def test_that_a_refund_in_the_dashboard_left_ends_the_order(
        self, world: World, learner: Person, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.post(f"/sandbox/razorpay/payments/{purchase.payment_id}/refund", {"amount": 49850})
        gateway_refunds.find()
        assert kept(purchase.id)["state"] == "refunded"
        assert not enrollments.attends(learner.id, course.id)
        assert refused(world.refund(admin, purchase)) == (409, "refund_too_small")

    def test_that_another_line_cost_keeps_that_line(
        self, world: World, learner: Person, admin: Person, teacher: Person, course: MadeCourse
    ) -> None:
        cheap = world.course(teacher, amount=60)
        both = world.buy(learner, course, cheap)
        assert refused(world.refund(admin, both, lines=[cheap])) == (409, "refund_too_small")
        assert world.refund(admin, both, lines=[course]).status_code == 202
        world.run_jobs()
        assert (kept(both.id)["state"], enrollments.attends(learner.id, cheap.id)) == ("partly_refunded", True)


class TestTheKey:
    def test_makes_two_clicks_one_refund(self, world: World, admin: Person, purchase: Purchase) -> None:
        client = world.app.test_client
        clicks = at_once([lambda: world.refund(admin, purchase, 10000, key="k", client=client())] * 6)
        assert [click.status_code for click in clicks] == [202] * 6
        assert len({click.json["data"]["id"] for click in clicks}) == refunds.count({}) == 1
        world.run_jobs()
        later = world.refund(admin, purchase, 10000, key="k").json["data"]
        assert (later["id"], later["state"]) == (clicks[0].json["data"]["id"], "processed")
        assert (kept(purchase.id)["refunded"], given_back(purchase.payment_id)) == (10000, 10000)

    def test_gives_a_refund_of_all_again_though_nothing_is_left(
        self, world: World, admin: Person, purchase: Purchase
    ) -> None:
        first = world.refund(admin, purchase, key="k").json["data"]
        assert world.refund(admin, purchase, key="k").json["data"]["id"] == first["id"]
        assert refused(world.refund(admin, purchase, key="other")) == (409, "refund_too_large")

    def test_is_for_one_refund_and_for_one_of_staff(
        self, world: World, admin: Person, purchase: Purchase, course: MadeCourse
    ) -> None:
        world.refund(admin, purchase, 10000, key="k")
        assert refused(world.refund(admin, purchase, 10001, key="k")) == (409, "idempotency_conflict")
        assert refused(world.refund(admin, purchase, lines=[course], key="k")) == (409, "idempotency_conflict")
        assert world.refund(world.person("admin"), purchase, 10001, key="k").status_code == 202

    def test_has_to_be_visible_ascii(self, world: World, admin: Person, purchase: Purchase) -> None:
        assert faults(world.refund(admin, purchase, key="a b")) == {"Idempotency-Key"}


class TestARepetition:
    def test_without_a_key_is_refused_for_a_minute(self, world: World, admin: Person, purchase: Purchase) -> None:
        assert world.refund(admin, purchase, 10000, key=None).status_code == 202
        assert refused(world.refund(admin, purchase, 10000, key=None)) == (409, "refund_repeated")
        assert world.refund(admin, purchase, 10001, key=None).status_code == 202
        assert world.refund(admin, purchase, 10000).status_code == 202, "whoever sends a new key means another"
        refunds.update_many({}, {"$set": {"createdAt": now() - REPEATED}})
        assert world.refund(admin, purchase, 10000, key=None).status_code == 202

    def test_is_not_what_is_left_after_as_much(self, world: World, admin: Person, purchase: Purchase) -> None:
        assert world.refund(admin, purchase, 24950, key=None).status_code == 202
        assert world.refund(admin, purchase, key=None).json["data"]["amount"] == 24950
        assert refused(world.refund(admin, purchase, key=None)) == (409, "refund_too_large")

    def test_of_eight_at_once_is_one(self, world: World, admin: Person, purchase: Purchase) -> None:
        client = world.app.test_client
        answers = at_once([lambda: world.refund(admin, purchase, 5000, key=None, client=client())] * 8)
        assert sorted(answer.status_code for answer in answers) == [202, *[409] * 7]
        assert kept(purchase.id)["refunded"] == 5000

    def test_of_one_that_failed_is_another_try(self, world: World, admin: Person, purchase: Purchase) -> None:
        world.refund(admin, purchase, 10000, key=None)
        refunds.update({}, {"$set": {"state": "failed", "nextCheckAt": None}})
        assert world.refund(admin, purchase, 10000, key=None).status_code == 202
