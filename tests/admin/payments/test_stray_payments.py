"""Captured payments of no order known here: heard of, counted, and decided on by staff in their browser."""

from typing import Any

import pytest
from bson import ObjectId

from lms.models.learning.enrollments import enrollments
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.stray_payments import StrayPayment, stray_payments
from lms.models.system.audit_log import audit_log
from lms.services.payments import razorpay
from tests.buying import given_back, kept, net
from tests.routes.payments.test_webhooks import deliver, tell
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")

STRAYS = "/admin/payments-without-an-order/"


@pytest.fixture
def course(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, amount=49900)


def bring(world: World, payment_id: str) -> None:
    """Have the gateway tell of the payment."""
    for event in world.get("/sandbox/razorpay/webhooks").json["items"]:
        if payment_id in event["body"]:
            deliver(world, event)
    world.run_jobs()


def stray(world: World, receipt: str = "of-another-shop", amount: int = 49900) -> str:
    """The id of a payment that the gateway tells of, whose order was not made here."""
    order_id = razorpay.create_order(amount, "INR", receipt, {})
    proof = world.pay(order_id, "captured")
    payment_id: str = proof["razorpay_payment_id"]
    bring(world, payment_id)
    return payment_id


def found(payment_id: str) -> StrayPayment:
    kept_one = stray_payments.get({"_id": payment_id})
    assert kept_one is not None
    return kept_one


def test_is_logged_counted_and_waits_at_admin(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    payment_id = stray(world)
    bring(world, payment_id)
    assert capsys.readouterr().out.count("payment_without_order") == 1
    assert (found(payment_id)["state"], found(payment_id)["amount"]) == ("waiting", 49900)
    assert 'payments_without_order{state="waiting"} 1.0' in world.get("/metrics").text
    page = staff(world, "support").page(STRAYS)
    (row,) = rows(page)
    assert row[:3] == [payment_id, "₹499.00", "waiting"]
    assert "1 waiting" in page.select_one(f"nav a[href='{STRAYS}']").get_text()
    assert (ledger.count({}), enrollments.count({})) == (0, 0)


@pytest.mark.parametrize("outcome", ["authorized", "failed"])
def test_is_none_unless_the_gateway_says_it_was_captured(world: World, outcome: str) -> None:
    told = world.pay(razorpay.create_order(49900, "INR", "x", {}), outcome)
    payment_id = told.get("razorpay_payment_id") or told["error"]["metadata"]["payment_id"]
    event: dict[str, Any] = {"event": "payment.captured", "payload": {"payment": {"entity": {"id": payment_id}}}}
    tell(world, event)
    world.run_jobs()
    assert stray_payments.count({}) == 0


class TestDeciding:
    def test_assigns_it_to_the_order_its_receipt_names(self, world: World, learner: Person, course: MadeCourse) -> None:
        order_id = ObjectId(world.order(learner, course).json["data"]["id"])
        payment_id, admin = stray(world, receipt=str(order_id), amount=60000), staff(world)
        page = admin.page(STRAYS + payment_id)
        (form,) = page.select("form[action$='/assign']")
        assert form.select_one("[name=order]")["value"] == str(order_id)
        shown = admin.act(str(form["action"]), {"order": str(order_id)})
        assert notices(shown) == ["The payment is the order's, and the buyer is enrolled."]
        world.run_jobs()
        assert (kept(order_id)["state"], kept(order_id)["razorpayPaymentId"]) == ("paid", payment_id)
        assert (enrollments.attends(learner.id, course.id), net(), given_back(payment_id)) == (True, 49900, 10100)
        assert (found(payment_id)["state"], found(payment_id)["order"]) == ("assigned", order_id)
        assert [each["action"] for each in audit_log.history("orders", order_id)] == ["order.assign"]
        assert [each["action"] for each in audit_log.history("strayPayments", payment_id)] == ["payment.decide"]

    def test_assigns_it_to_no_order_that_is_paid_or_unknown(
        self, world: World, learner: Person, course: MadeCourse
    ) -> None:
        purchase, payment_id, admin = world.buy(learner, course), stray(world), staff(world)
        for named, status in ((str(purchase.id), 409), (purchase.order_id, 409), (str(ObjectId()), 404)):
            assert admin.post(f"{STRAYS}{payment_id}/assign", {"order": named}).status_code == status
        assert (found(payment_id)["state"], ledger.count({}), orders.count({})) == ("waiting", 1, 1)

    def test_gives_it_back_once(self, world: World) -> None:
        payment_id, admin = stray(world), staff(world)
        admin.act(f"{STRAYS}{payment_id}/give-back", {"reason": "Nobody knows it."})
        assert found(payment_id)["state"] == "returning"
        world.run_jobs()
        assert (found(payment_id)["state"], given_back(payment_id), ledger.count({})) == ("returned", 49900, 0)
        again = admin.post(f"{STRAYS}{payment_id}/give-back", {"reason": "Again"})
        assert (again.status_code, notices(soup(again))) == (409, ["This payment has been decided on already."])
        bring(world, payment_id)
        assert (stray_payments.count({}), found(payment_id)["state"]) == (1, "returned")

    def test_waits_again_where_the_gateway_refuses(self, world: World) -> None:
        payment_id, admin = stray(world), staff(world)
        world.post(f"/sandbox/razorpay/payments/{payment_id}/refund", {"amount": 100})
        admin.act(f"{STRAYS}{payment_id}/give-back", {"reason": "Nobody knows it."})
        world.run_jobs()
        assert found(payment_id)["state"] == "waiting"
        assert "greater than" in found(payment_id).get("failure", "")
        admin.act(f"{STRAYS}{payment_id}/give-back", {"reason": "What is left."})
        world.run_jobs()
        assert (found(payment_id)["state"], given_back(payment_id)) == ("returned", 49900)

    def test_leaves_it_to_another_shop(self, world: World) -> None:
        payment_id, admin = stray(world), staff(world)
        admin.act(f"{STRAYS}{payment_id}/leave", {"reason": "The bookshop's."})
        world.run_jobs()
        assert (found(payment_id)["state"], given_back(payment_id)) == ("foreign", 0)
        assert 'payments_without_order{state="foreign"} 1.0' in world.get("/metrics").text

    def test_needs_a_reason_to_give_it_back(self, world: World) -> None:
        payment_id, admin = stray(world), staff(world)
        assert admin.post(f"{STRAYS}{payment_id}/give-back", {}).status_code == 400
        assert found(payment_id)["state"] == "waiting"

    def test_shows_it_though_the_gateway_is_silent(self, world: World) -> None:
        payment_id, admin = stray(world), staff(world)
        world.gateway(dead=True)
        assert "does not tell of this payment just now" in admin.page(STRAYS + payment_id).get_text()
        assert admin.get(f"{STRAYS}pay_unknown").status_code == 404


def test_support_only_looks(world: World) -> None:
    payment_id = stray(world)
    support: Browser = staff(world, "support")
    assert support.page(STRAYS + payment_id).select("main form") == []
    assert support.post(f"{STRAYS}{payment_id}/leave", {"reason": "A"}).status_code == 403
