"""Payments that a bank authorised and that Razorpay did not capture by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.controllers.payments import reconciliation
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.orders import orders
from lms.sandbox.razorpay_store import one, stored
from tests.buying import kept, net
from tests.routes.payments.test_webhooks import deliver, recorded
from tests.world import MadeCourse, Person, World, at_once

pytestmark = pytest.mark.usefixtures("gateway")


@pytest.fixture
def proof(world: World, learner: Person, course: MadeCourse) -> dict[str, Any]:
    """What the checkout hands over for an authorised payment."""
    return world.pay(world.order(learner, course).json["data"]["orderId"], "authorized")


@pytest.fixture
def capturing(world: World, settings: Callable[..., None]) -> None:
    """The setting, with the gateway where it is."""
    settings(authorized_payments="capture", public_url=world.app.config["SETTINGS"].public_url)


def look(minutes: int = 0) -> None:
    """Have the reconciler look at the order, so long after its payment."""
    stored("Payments").update_many({}, {"$inc": {"created_at": -60 * minutes}})
    orders.update({}, {"$set": {"nextCheckAt": now()}})
    reconciliation.reconcile()


class TestLeft:
    def test_is_told_at_once_and_by_one_mail_later(self, world: World, learner: Person, proof: dict[str, Any]) -> None:
        answer = world.verify(learner, proof)
        assert (answer.status_code, answer.json["data"]["state"]) == (202, "created")
        assert "authorised" in answer.json["message"]
        look()
        world.run_jobs()
        assert world.inbox.to(learner.email) == []
        look(minutes=10)
        look()
        world.run_jobs()
        (mail,) = world.inbox.to(learner.email)
        assert "₹499.00" in mail.text
        assert "not enrolled" in mail.text
        assert (one("Payments", proof["razorpay_payment_id"])["status"], net()) == ("authorized", 0)

    def test_is_not_told_of_once_another_payment_came(
        self, world: World, learner: Person, proof: dict[str, Any], course: MadeCourse
    ) -> None:
        stored("Orders").update_many({}, {"$unset": {"private.held": ""}})
        world.verify(learner, world.pay(proof["razorpay_order_id"]))
        look(minutes=10)
        world.run_jobs()
        assert [mail.subject.split()[1] for mail in world.inbox.to(learner.email)] == ["receipt"]
        assert enrollments.attends(learner.id, course.id)


@pytest.mark.usefixtures("capturing")
class TestCaptured:
    def test_by_the_browser(self, world: World, learner: Person, proof: dict[str, Any], course: MadeCourse) -> None:
        client = world.app.test_client
        answers = at_once([lambda: world.verify(learner, proof, client=client()) for _ in range(4)])
        assert {answer.status_code for answer in answers} == {200}
        assert (one("Payments", proof["razorpay_payment_id"])["status"], net()) == ("captured", 49900)
        assert enrollments.attends(learner.id, course.id)

    def test_by_its_webhook(self, world: World, learner: Person, proof: dict[str, Any], course: MadeCourse) -> None:
        deliver(world, recorded(world)["payment.authorized"])
        world.run_jobs()
        assert (net(), enrollments.attends(learner.id, course.id)) == (49900, True)

    def test_by_the_reconciler(self, world: World, learner: Person, proof: dict[str, Any], course: MadeCourse) -> None:
        look()
        assert (net(), enrollments.attends(learner.id, course.id)) == (49900, True)

    def test_not_where_it_is_not_what_was_asked_for(
        self, world: World, learner: Person, proof: dict[str, Any], course: MadeCourse
    ) -> None:
        orders.update({}, {"$set": {"createdAt": now() - timedelta(hours=25)}})
        courses.update({"_id": course.id}, {"$set": {"amount": 99900}})
        assert world.verify(learner, proof).status_code == 202
        assert (one("Payments", proof["razorpay_payment_id"])["status"], net()) == ("authorized", 0)

    def test_not_for_an_order_that_is_paid(self, world: World, learner: Person, proof: dict[str, Any]) -> None:
        stored("Orders").update_many({}, {"$unset": {"private.held": ""}})
        world.verify(learner, world.pay(proof["razorpay_order_id"]))
        assert world.verify(learner, proof).status_code == 200
        assert (one("Payments", proof["razorpay_payment_id"])["status"], net()) == ("authorized", 49900)
        (order,) = orders.find({})
        assert kept(order["_id"])["state"] == "paid"
