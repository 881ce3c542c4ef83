"""Every answer about an order says of each line what became of it; who is not enrolled does not read that they are."""

from typing import Any

import pytest

from lms.controllers.learning import enrollments as enrollment_controller
from lms.controllers.payments import settlement
from lms.models.catalogue.courses import courses
from lms.models.payments.refunds import refunds
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase
from tests.routes.payments.test_verifying import signed
from tests.staff import staff
from tests.world import MadeCourse, Person, World, refused

pytestmark = pytest.mark.usefixtures("gateway")

GONE = "The course is no longer there."
HELD = "The course was held already."


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=50000, title="Knots")


@pytest.fixture
def other(world: World) -> MadeCourse:
    return world.course(world.person("instructor"), amount=30000, title="Bends")


def became(lines: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    return [(line["title"], line["outcome"], line["why"]) for line in lines]


def history(world: World, learner: Person) -> list[list[tuple[str, str | None, str | None]]]:
    return [became(order["courses"]) for order in world.get("/payments/orders", by=learner).json["data"]]


def withdraw(world: World, teacher: Person, course: MadeCourse) -> None:
    assert world.delete(f"/courses/deleteCourse/{course.id}", by=teacher).status_code == 200


class TestACourseThatIsGone:
    def test_is_not_said_to_be_attended(
        self, world: World, learner: Person, teacher: Person, course: MadeCourse
    ) -> None:
        purchase = world.paid(learner, course)
        withdraw(world, teacher, course)
        answer = world.verify(learner, purchase.proof)
        assert (answer.status_code, answer.json["data"]["state"], answer.json["data"]["courses"]) == (200, "paid", [])
        assert answer.json["message"] == f"This order opened no course. “Knots”: {GONE} Its money goes back to you."
        assert became(answer.json["data"]["lines"]) == [("Knots", "returned", GONE)]
        assert history(world, learner) == [[("Knots", "returned", GONE)]]
        world.run_jobs()
        receipt = world.inbox.to(learner.email)[0]
        assert "You are enrolled" not in receipt.text + receipt.html
        assert f"{GONE} Its money goes back to you." in " ".join(receipt.text.split())
        again = world.verify(learner, purchase.proof).json
        assert (again["message"], became(again["data"]["lines"])) == (
            "The money has gone back.",
            [("Knots", "returned", GONE)],
        )

    def test_beside_one_that_is_there(
        self, world: World, learner: Person, teacher: Person, course: MadeCourse, other: MadeCourse
    ) -> None:
        purchase = world.paid(learner, course, other)
        withdraw(world, teacher, course)
        answer = world.verify(learner, purchase.proof).json
        assert answer["data"]["courses"] == [str(other.id)]
        assert became(answer["data"]["lines"]) == [("Knots", "returned", GONE), ("Bends", "enrolled", None)]
        assert answer["message"].startswith("You are enrolled, though not in all. “Knots”")
        world.run_jobs()
        text = world.inbox.to(learner.email)[0].text
        assert text.index("Bends") < text.index("Not opened") < text.index("Knots")

    def test_whose_money_cannot_be_sent_back_says_so(
        self, world: World, learner: Person, teacher: Person, course: MadeCourse, other: MadeCourse
    ) -> None:
        purchase = world.paid(learner, course, other)
        withdraw(world, teacher, course)
        world.verify(learner, purchase.proof)
        stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"amount_refunded": 80000}})
        world.run_jobs()
        assert history(world, learner)[0][0] == ("Knots", "ended", f"{GONE} The money could not be sent back yet.")


def test_a_course_that_is_held_already_goes_back_and_the_other_order_says_enrolled(
    world: World, learner: Person, course: MadeCourse
) -> None:
    late = world.paid(learner, course)
    world.buy(learner, course)
    answer = world.verify(learner, late.proof).json
    assert (answer["data"]["courses"], became(answer["data"]["lines"])) == ([], [("Knots", "returned", HELD)])
    assert "enrolled" not in answer["message"]
    assert history(world, learner) == [[("Knots", "enrolled", None)], [("Knots", "returned", HELD)]]


def test_staff_see_it_too(world: World, learner: Person, teacher: Person, course: MadeCourse) -> None:
    purchase = world.paid(learner, course)
    withdraw(world, teacher, course)
    world.verify(learner, purchase.proof)
    text = " ".join(staff(world, "support").page(f"/admin/orders/{purchase.id}").get_text(" ").split())
    assert f"returned {GONE}" in text


class TestLater:
    @pytest.fixture
    def both(self, world: World, learner: Person, course: MadeCourse, other: MadeCourse) -> Purchase:
        return world.buy(learner, course, other)

    def test_a_refunded_line_is_returned_once_it_ends(
        self, world: World, learner: Person, admin: Person, both: Purchase, other: MadeCourse
    ) -> None:
        world.refund(admin, both, lines=[other])
        assert history(world, learner) == [[("Knots", "enrolled", None), ("Bends", "enrolled", None)]]
        world.run_jobs()
        after = [("Knots", "enrolled", None), ("Bends", "returned", "Asked for")]
        assert history(world, learner) == [after]
        answer = world.verify(learner, both.proof).json
        assert became(answer["data"]["lines"]) == after
        world.buy(learner, other)
        assert history(world, learner) == [[("Bends", "enrolled", None)], after]

    def test_what_staff_ended_is_not_said_to_be_attended(
        self, world: World, learner: Person, both: Purchase, course: MadeCourse
    ) -> None:
        enrollment_controller.end_of(learner.id, course.id, "Shared.")
        answer = world.verify(learner, both.proof).json
        assert became(answer["data"]["lines"]) == [("Knots", "ended", "Shared."), ("Bends", "enrolled", None)]
        assert answer["message"] == "You are enrolled, though not in all. “Knots”: Shared."


class TestAnUnpaidOrder:
    def test_that_staff_decline_is_returned_with_their_reason(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        purchase = world.paid(learner, course)
        world.gateway(wrong="wrong_amount", only="payments", webhooks="off")
        held = world.verify(learner, purchase.proof)
        assert (held.status_code, became(held.json["data"]["lines"])) == (202, [("Knots", None, None)])
        assert held.json["data"]["courses"] == []
        world.gateway(webhooks="off")
        settlement.decline(purchase.id, purchase.payment_id, "Too little.")
        assert history(world, learner) == [[("Knots", "returned", "Too little.")]]
        assert refunds.count({"cause": "not_accepted"}) == 1

    def test_whose_payment_failed_hears_that_it_failed_and_can_be_paid_again(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        order_id = world.order(learner, course).json["data"]["orderId"]
        payment_id = world.pay(order_id, "failed")["error"]["metadata"]["payment_id"]
        proof = {"razorpay_order_id": order_id, "razorpay_payment_id": payment_id}
        answer = world.verify(learner, {**proof, "razorpay_signature": signed(f"{order_id}|{payment_id}")})
        assert refused(answer) == (402, "payment_failed")
        assert "declined by your bank" in answer.json["errors"]["payment"]
        assert world.verify(learner, world.pay(order_id)).json["message"] == "You are enrolled."


def test_a_free_order_asked_for_again_says_what_is_so_now(world: World, learner: Person, course: MadeCourse) -> None:
    world.coupon("FREE", percent=100)
    assert world.order(learner, course, coupon="FREE", key="k").json["message"] == "You are enrolled."
    enrollment_controller.end_of(learner.id, course.id, "Shared.")
    assert "enrolled" not in world.order(learner, course, coupon="FREE", key="k").json["message"]


def test_a_course_whose_price_was_nothing_and_that_is_gone_has_no_money_to_return(
    world: World, learner: Person, teacher: Person, course: MadeCourse, other: MadeCourse
) -> None:
    world.coupon("FREE", percent=100, courses=[course.id])
    order = world.order(learner, course, other, coupon="FREE").json["data"]
    proof = world.pay(order["orderId"])
    courses.raw.delete_one({"_id": course.id})
    answer = world.verify(learner, proof).json
    assert became(answer["data"]["lines"])[0] == ("Knots", "ended", None)
    assert "money goes back" not in answer["message"]
