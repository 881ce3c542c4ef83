from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from lms.controllers.payments import carts, reconciliation, settlement
from lms.controllers.payments import coupons as controller
from lms.errors import CouponExists, InvalidCoupon
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import Coupon, coupon_uses, coupons
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.schemas.payments.coupons import CouponIn
from tests.buying import given_back, kept
from tests.world import MadeCourse, Person, World, at_once, refused

pytestmark = pytest.mark.usefixtures("gateway")

CAPTURE = "/payments/capturePayment"


def used() -> list[int]:
    """How often the coupon was used, and how often by each."""
    return [each["used"] for each in coupons.find({})] + sorted(each["used"] for each in coupon_uses.find({}))


def asked(world: World, *bought: MadeCourse, coupon: str) -> tuple[int, list[int]]:
    """The sum and the lines of an order with a coupon."""
    data = world.order(world.person(), *bought, coupon=coupon).json["data"]
    return data["amount"], [course["amount"] for course in data["courses"]]


class TestACoupon:
    @pytest.mark.parametrize(
        ("fields", "lines"),
        [
            ({"percent": 10}, [44910, 9000]),
            ({"percent": 33}, [33433, 6700]),
            ({"percent": 1}, [49401, 9900]),
            ({"amount": "0.01"}, [49899, 10000]),
            ({"amount": "100"}, [41569, 8331]),
            ({"amount": "598.99"}, [0, 0]),
            ({"amount": "10000000"}, [0, 0]),
            ({"percent": 100}, [0, 0]),
        ],
    )
    def test_takes_whole_paise_off_and_the_lines_are_the_sum(
        self, world: World, course: MadeCourse, teacher: Person, fields: dict[str, Any], lines: list[int]
    ) -> None:
        world.coupon("OFF", **fields)
        assert asked(world, course, world.course(teacher, amount=10000), coupon="OFF") == (sum(lines), lines)

    def test_is_known_however_it_is_typed(self, world: World, course: MadeCourse) -> None:
        assert world.coupon("Monsoon-26", percent=10) == "MONSOON-26"
        assert {asked(world, course, coupon=typed)[0] for typed in ("monsoon-26", "MONSOON-26", "Monsoon-26")} == {
            44910
        }

    def test_is_for_the_courses_it_names(self, world: World, course: MadeCourse, teacher: Person) -> None:
        other = world.course(teacher, amount=10000)
        world.coupon("ONE", percent=50, courses=[str(course.id)])
        assert asked(world, course, other, coupon="ONE") == (34950, [24950, 10000])
        answer = world.order(world.person(), other, coupon="ONE")
        assert refused(answer) == (400, "invalid_coupon")
        assert "other courses" in answer.json["message"]
        assert used() == [1, 1]

    def test_of_an_amount_takes_no_more_off_than_its_courses_cost(
        self, world: World, course: MadeCourse, teacher: Person
    ) -> None:
        cheap = world.course(teacher, amount=10000)
        world.coupon("BIG", amount=400, courses=[str(cheap.id)])
        assert asked(world, course, cheap, coupon="BIG") == (49900, [49900, 0])

    def test_does_not_make_free_courses_cheaper(self, world: World, course: MadeCourse, teacher: Person) -> None:
        free = world.course(teacher)
        world.coupon("TEN", percent=10)
        assert refused(world.order(world.person(), free, coupon="TEN")) == (400, "invalid_coupon")
        assert asked(world, free, course, coupon="TEN") == (44910, [0, 44910])

    def test_leaves_no_less_than_the_gateway_takes(self, world: World, teacher: Person) -> None:
        world.coupon("ALMOST", percent=99)
        assert asked(world, world.course(teacher, amount=10000), coupon="ALMOST") == (100, [100])
        assert asked(world, world.course(teacher, amount=9900), coupon="ALMOST") == (0, [0])

    @pytest.mark.parametrize("code", ["NOSUCH", "ten%", "TEN ", "a" * 41, "é"])
    def test_that_is_not_there_is_refused(self, world: World, course: MadeCourse, code: str) -> None:
        assert refused(world.order(world.person(), course, coupon=code))[0] == 400
        assert orders.count({}) == 0

    def test_left_empty_is_none(self, world: World, course: MadeCourse) -> None:
        body = {"courses": [str(course.id)], "coupon": ""}
        assert world.post(CAPTURE, body, by=world.person()).json["data"]["amount"] == 49900

    def test_holds_from_its_first_moment_to_its_last(self, world: World, course: MadeCourse) -> None:
        second = timedelta(seconds=30)
        for name, begins, ends, holds in (
            ("NOW", -second, second, True),
            ("EARLY", second, 2 * second, False),
            ("LATE", -2 * second, -second, False),
            ("EVER", -second, None, True),
        ):
            until = now() + ends if ends else None
            world.coupon(name, percent=10, valid_from=now() + begins, valid_until=until)
            answer = world.order(world.person(), course, coupon=name)
            assert answer.status_code == (201 if holds else 400), name
            if not holds:
                assert refused(answer) == (400, "invalid_coupon")

    def test_shows_in_the_history_the_invoice_and_the_revenue(
        self, world: World, course: MadeCourse, teacher: Person
    ) -> None:
        learner = world.person()
        world.coupon("TEN", percent=10)
        purchase = world.buy(learner, course, coupon="ten")
        (order,) = world.get("/payments/orders", by=learner).json["data"]
        assert (order["coupon"], order["amount"], order["courses"][0]["amount"]) == ("TEN", 44910, 44910)
        assert kept(purchase.id)["lines"][0]["price"] == 49900
        (invoice,) = invoices.find({})
        facts = invoice["facts"]
        assert (invoice["amount"], facts["discount"], facts["coupon"]) == (44910, 4990, "TEN")
        assert ledger.net_by_course([course.id]) == {course.id: 44910}
        held = enrollments.get({"user": learner.id})
        assert held is not None
        assert held["amountPaid"] == 44910


class TestItsLimits:
    def test_in_all_hold_under_fifty_at_once(self, world: World, course: MadeCourse) -> None:
        world.coupon("FEW", percent=10, most_uses=7)
        body = {"courses": [str(course.id)], "coupon": "FEW"}
        answers = world.together(*[("POST", CAPTURE, body, world.person()) for _ in range(50)])
        assert sorted(answer.status_code for answer in answers) == [201] * 7 + [400] * 43
        assert {refused(answer)[1] for answer in answers if answer.status_code == 400} == {"invalid_coupon"}
        assert used() == [7] + [1] * 7
        assert orders.count({"coupon": "FEW"}) == 7

    def test_of_a_user_hold_under_fifty_at_once(self, world: World, teacher: Person) -> None:
        learner, sold = world.person(), [world.course(teacher, amount=100) for _ in range(10)]
        world.coupon("MINE", percent=100, most_uses_per_user=2)
        bodies = [{"courses": [str(course.id)], "coupon": "MINE"} for course in sold * 5]
        answers = world.together(*[("POST", CAPTURE, body, learner) for body in bodies])
        assert [answer.status_code for answer in answers].count(201) == 2
        told = {refused(answer)[1] for answer in answers if answer.status_code != 201}
        assert told <= {"invalid_coupon", "already_enrolled"}
        assert (used(), enrollments.count({})) == ([2, 2], 2)
        assert world.order(world.person(), sold[0], coupon="MINE").status_code == 201

    def test_of_a_free_order_that_gave_way_are_told(self, world: World, course: MadeCourse, teacher: Person) -> None:
        """The order of another tab took the coupon between the placing of this one and its settlement."""
        learner, other = world.person(), world.course(teacher, amount=10000)
        world.coupon("MINE", percent=100, most_uses_per_user=1)
        assert world.order(learner, course, coupon="MINE").status_code == 201
        [settled] = orders.find({"coupon": "MINE"})
        gave_way = {**settled, "_id": ObjectId(), "state": "draft", "couponHeld": False}
        for each in ("key", "receipt", "gatewayOrder", "paymentId"):
            gave_way.pop(each, None)
        gave_way["lines"] = [{**settled["lines"][0], "course": other.id}]
        orders.raw.insert_one(gave_way)
        with pytest.raises(InvalidCoupon):
            settlement.settle_free(gave_way["_id"])
        assert (used(), enrollments.count({})) == ([1, 1], 1)

    def test_of_a_user_count_what_was_paid(self, world: World, course: MadeCourse, teacher: Person) -> None:
        learner, other = world.person(), world.course(teacher, amount=10000)
        world.coupon("MINE", percent=10, most_uses=5, most_uses_per_user=1)
        world.buy(learner, course, coupon="MINE")
        for _ in range(3):
            assert refused(world.order(learner, other, coupon="MINE")) == (400, "invalid_coupon")
        assert used() == [1, 1]

    def test_let_an_unpaid_order_give_way_to_the_next(self, world: World, course: MadeCourse, teacher: Person) -> None:
        """Whoever changes their cart has not used the coupon up; paying for both carts is for staff."""
        learner, other = world.person(), world.course(teacher, amount=10000)
        world.coupon("MINE", percent=10, most_uses=1, most_uses_per_user=1)
        first = world.paid(learner, course, coupon="MINE")
        second = world.paid(learner, other, coupon="MINE")
        assert (kept(first.id)["state"], kept(second.id)["state"], used()) == ("expired", "created", [1, 1])
        assert world.verify(learner, first.proof).status_code == 200
        assert (kept(first.id)["state"], kept(second.id)["state"], used()) == ("paid", "expired", [1, 1])
        assert world.verify(learner, second.proof).status_code == 202
        assert (kept(second.id)["state"], used()) == ("review", [1, 1])
        settlement.decline(second.id, second.payment_id, "It did not fit.")
        world.run_jobs()
        assert (given_back(second.payment_id), used(), enrollments.count({})) == (9000, [1, 1], 1)

    def test_count_two_clicks_once(self, world: World, course: MadeCourse) -> None:
        learner, client = world.person(), world.app.test_client
        world.coupon("MINE", percent=10, most_uses=1)
        clicks = at_once([lambda: world.order(learner, course, coupon="MINE", key="k", client=client())] * 6)
        assert {click.status_code for click in clicks} == {201}
        assert used() == [1, 1]

    def test_of_a_last_use_that_was_given_back_are_free_again(self, world: World, course: MadeCourse) -> None:
        world.coupon("LAST", percent=10, most_uses=1)
        world.gateway(dead=True)
        assert world.order(world.person(), course, coupon="LAST").status_code == 503
        world.gateway(webhooks="off")
        orders.update({}, {"$set": {"nextCheckAt": now()}})
        reconciliation.reconcile()
        assert (used(), orders.count({})) == ([0, 0], 0)
        assert world.order(world.person(), course, coupon="LAST").status_code == 201


class TestMakingOne:
    def test_of_a_code_there_is_already_is_refused(self, world: World) -> None:
        world.coupon("TEN", percent=10)
        with pytest.raises(CouponExists):
            world.coupon("ten", amount=10)
        assert [(each["kind"], each["value"]) for each in controller.every()] == [("percent", 10)]

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"percent": 10, "amount": 10},
            {"percent": 0},
            {"percent": 101},
            {"percent": -1},
            {"percent": 12.5},
            {"amount": 0},
            {"amount": "-1"},
            {"amount": "1.001"},
            {"amount": "NaN"},
            {"amount": "Infinity"},
            {"amount": "10000000.01"},
            {"percent": 10, "most_uses": 0},
            {"percent": 10, "most_uses_per_user": 0},
            {"percent": 10, "courses": ["x"]},
            {"percent": 10, "used": 3},
        ],
    )
    def test_of_anything_else_is_refused(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValueError, match="CouponIn"):
            CouponIn(code="X", **fields)


@given(
    prices=st.lists(st.integers(0, 10**9), min_size=1, max_size=20),
    value=st.integers(1, 10**9),
    kind=st.sampled_from(["percent", "amount"]),
)
def test_discounts_are_exact_and_never_more_than_a_price(prices: list[int], value: int, kind: Any) -> None:
    value = value % 100 + 1 if kind == "percent" else value
    moment = now()
    coupon: Coupon = {
        "_id": "X",
        "kind": kind,
        "value": value,
        "courses": None,
        "validFrom": moment,
        "validUntil": None,
        "mostUses": None,
        "mostUsesPerUser": None,
        "used": 0,
        "createdAt": moment,
    }
    if not any(prices):
        with pytest.raises(InvalidCoupon):
            carts._discounts(prices, coupon)
        return
    discounts, total = carts._discounts(prices, coupon), sum(prices)
    asked_off = total * value // 100 if kind == "percent" else min(value, total)
    assert sum(discounts) == (total if total - asked_off < 100 else asked_off)
    assert all(0 <= off <= price and type(off) is int for off, price in zip(discounts, prices, strict=True))


def test_a_code_cannot_be_a_query(world: World, course: MadeCourse) -> None:
    world.coupon("TEN", percent=10)
    body = {"courses": [str(course.id)], "coupon": ["TEN"]}
    assert refused(world.post(CAPTURE, body, by=world.person())) == (400, "validation_failed")
