"""Customers who bear the gateway's fee: the payment is larger than the order by that, and the fee is not ours."""

import pytest

from lms.controllers.payments import gateway_refunds, held_orders
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.refunds import refunds
from lms.sandbox.razorpay_store import one, stored
from tests.buying import Purchase, given_back, kept, net
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")

FEE = 998 + 179


@pytest.fixture
def bearing(world: World, learner: Person, course: MadeCourse) -> Purchase:
    """A payment of 499.00 and the fee."""
    world.gateway(fee_bearer="customer", webhooks="off")
    return world.paid(learner, course)


@pytest.fixture
def bought(world: World, learner: Person, bearing: Purchase) -> Purchase:
    assert world.verify(learner, bearing.proof).status_code == 200
    world.run_jobs()
    return bearing


def test_it_settles_and_the_fee_is_not_the_schools(
    world: World, learner: Person, bought: Purchase, course: MadeCourse
) -> None:
    assert one("Payments", bought.payment_id)["amount"] == 49900 + FEE
    assert (kept(bought.id)["state"], kept(bought.id)["amount"]) == ("paid", 49900)
    (row,) = ledger.find({})
    assert (row["amount"], row.get("fee"), net()) == (49900, FEE, 49900)
    assert [invoice["amount"] for invoice in invoices.find({})] == [49900]
    assert enrollments.attends(learner.id, course.id)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 49900 + FEE + 1},
        {"amount": 49900 + FEE - 1},
        {"fee": FEE - 1},
        {"fee": None},
        {"fee_bearer": "platform"},
    ],
)
def test_another_surplus_is_for_staff(
    world: World, learner: Person, bearing: Purchase, change: dict[str, object]
) -> None:
    stored("Payments").update_one({"_id": bearing.payment_id}, {"$set": change})
    assert world.verify(learner, bearing.proof).json["data"]["state"] == "review"
    assert ledger.count({}) == 0


def test_a_record_without_a_bearer_counts_where_the_surplus_is_the_fee(
    world: World, learner: Person, bearing: Purchase
) -> None:
    stored("Payments").update_one({"_id": bearing.payment_id}, {"$unset": {"fee_bearer": ""}})
    assert world.verify(learner, bearing.proof).status_code == 200


def test_what_goes_back_is_the_orders_amount(
    world: World, learner: Person, admin: Person, bought: Purchase, course: MadeCourse
) -> None:
    world.refund(admin, bought)
    world.run_jobs()
    assert (kept(bought.id)["state"], given_back(bought.payment_id), net()) == ("refunded", 49900, 0)
    assert not enrollments.attends(learner.id, course.id)


@pytest.mark.parametrize("amount", [49900, 49900 + FEE])
def test_a_refund_in_the_dashboard_is_booked_with_or_without_the_fee(
    world: World, bought: Purchase, amount: int
) -> None:
    world.post(f"/sandbox/razorpay/payments/{bought.payment_id}/refund", {"amount": amount})
    gateway_refunds.find()
    assert (kept(bought.id)["state"], net(), refunds.count({})) == ("refunded", 0, 1)


def test_a_part_in_the_dashboard_is_booked(world: World, bought: Purchase) -> None:
    world.post(f"/sandbox/razorpay/payments/{bought.payment_id}/refund", {"amount": FEE})
    gateway_refunds.find()
    assert (kept(bought.id)["state"], net()) == ("partly_refunded", 49900 - FEE)


def test_a_second_payment_goes_back_as_far_as_it_came(world: World, learner: Person, bought: Purchase) -> None:
    world.gateway(fee_bearer="customer", paid_twice=True, webhooks="off")
    second = world.pay(bought.order_id)
    world.verify(learner, second)
    world.run_jobs()
    assert (given_back(second["razorpay_payment_id"]), net()) == (49900, 49900)


def test_of_one_that_went_back_with_its_fee_nothing_goes_back_again(
    world: World, learner: Person, bearing: Purchase
) -> None:
    world.post(f"/sandbox/razorpay/payments/{bearing.payment_id}/refund", {"amount": 49900 + FEE})
    world.verify(learner, bearing.proof)
    held_orders.decline(bearing.id, bearing.payment_id)
    world.run_jobs()
    assert (kept(bearing.id)["state"], refunds.count({}), net()) == ("refunded", 0, 0)


def test_one_that_is_held_for_something_else_is_accepted_without_the_fee(
    world: World, learner: Person, bearing: Purchase
) -> None:
    world.gateway(wrong="wrong_currency", only="payments", webhooks="off")
    world.verify(learner, bearing.proof)
    world.gateway(webhooks="off")
    held_orders.accept(bearing.id, bearing.payment_id)
    world.run_jobs()
    assert (kept(bearing.id)["state"], net(), refunds.count({})) == ("paid", 49900, 0)
