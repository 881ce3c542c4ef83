"""An order that is paid after its life: at the price of then only where that is still the price."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.controllers.payments import coupons as coupon_controller
from lms.controllers.payments import held_orders, reconciliation
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.sandbox.razorpay_store import stored
from tests.buying import Purchase, given_back, kept
from tests.world import MadeCourse, Person, World, refused

pytestmark = pytest.mark.usefixtures("gateway")

DAY = timedelta(hours=24, seconds=2)
"""The gateway tells times in whole seconds."""


def late(world: World, learner: Person, course: MadeCourse, coupon: str | None = None) -> Purchase:
    """A payment of now, of an order of yesterday."""
    purchase = world.paid(learner, course, coupon=coupon)
    orders.update({"_id": purchase.id}, {"$set": {"createdAt": now() - DAY}})
    return purchase


def dearer(course: MadeCourse) -> None:
    courses.update({"_id": course.id}, {"$set": {"amount": 99900}})


def archived(course: MadeCourse) -> None:
    courses.update({"_id": course.id}, {"$set": {"status": "archived"}})


def without_coupon(course: MadeCourse) -> None:
    coupon_controller.end("TEN", None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (dearer, "the price of “Knots” was another"),
        (archived, "“Knots” was for sale no longer"),
        (without_coupon, "coupon TEN had ended"),
    ],
)
def test_what_no_longer_stands_is_for_staff(
    world: World, learner: Person, teacher: Person, change: Callable[[MadeCourse], None], why: str
) -> None:
    course = world.course(teacher, amount=49900, title="Knots")
    world.coupon("TEN", percent=10)
    purchase = late(world, learner, course, "TEN")
    change(course)
    answer = world.verify(learner, purchase.proof)
    assert (answer.status_code, answer.json["data"]["state"]) == (202, "review")
    assert kept(purchase.id).get("heldReason") == (
        f"Payment {purchase.payment_id}: paid when the order had expired and {why}"
    )
    assert (enrollments.count({}), ledger.count({})) == (0, 0)
    held_orders.decline(purchase.id, purchase.payment_id)
    world.run_jobs()
    assert given_back(purchase.payment_id) == 44910


def test_staff_may_take_it_all_the_same(world: World, learner: Person, course: MadeCourse) -> None:
    purchase = late(world, learner, course)
    archived(course)
    world.verify(learner, purchase.proof)
    held_orders.accept(purchase.id, purchase.payment_id)
    assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)


def test_what_still_stands_enrols(world: World, learner: Person, course: MadeCourse) -> None:
    purchase = late(world, learner, course)
    assert world.verify(learner, purchase.proof).status_code == 200
    assert enrollments.attends(learner.id, course.id)


def test_what_was_paid_in_time_enrols_however_late_it_is_told(
    world: World, learner: Person, course: MadeCourse
) -> None:
    purchase = late(world, learner, course)
    before = int((now() - timedelta(hours=1) - timedelta(seconds=1)).timestamp()) - 23 * 3600
    stored("Payments").update_one({"_id": purchase.payment_id}, {"$set": {"created_at": before}})
    dearer(course)
    orders.update({"_id": purchase.id}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()
    assert (kept(purchase.id)["state"], enrollments.attends(learner.id, course.id)) == ("paid", True)


def test_within_its_life_the_price_may_change(world: World, learner: Person, course: MadeCourse) -> None:
    purchase = world.paid(learner, course)
    dearer(course)
    assert world.verify(learner, purchase.proof).status_code == 200


def test_a_course_that_is_gone_goes_back_by_itself(
    world: World, learner: Person, teacher: Person, course: MadeCourse
) -> None:
    purchase = late(world, learner, course)
    world.delete(f"/courses/deleteCourse/{course.id}", by=teacher)
    assert world.verify(learner, purchase.proof).status_code == 200
    world.run_jobs()
    assert (given_back(purchase.payment_id), enrollments.count({})) == (49900, 0)


def test_its_life_is_a_setting(
    world: World, learner: Person, course: MadeCourse, settings: Callable[..., None]
) -> None:
    purchase = late(world, learner, course)
    dearer(course)
    address: Any = world.app.config["SETTINGS"].public_url
    settings(order_hours=25, public_url=address)
    assert world.verify(learner, purchase.proof).status_code == 200


def test_the_checkout_is_not_opened_for_it_again(world: World, learner: Person, course: MadeCourse) -> None:
    order = world.order(learner, course, key="k").json["data"]
    orders.update({}, {"$set": {"createdAt": now() - DAY}})
    assert world.order(learner, course, key="k").json["data"]["orderId"] == order["orderId"]
    dearer(course)
    assert refused(world.order(learner, course, key="k")) == (409, "order_expired")
    assert world.order(learner, course, key="new").json["data"]["amount"] == 99900
