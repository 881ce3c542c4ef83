"""What somebody else did between the look and the write, where money is at stake."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import (
    asked_refunds,
    coupons,
    disputed,
    gateway_refunds,
    orders,
    outcomes,
    reconciliation,
    settlement,
    strays,
    webhooks,
)
from lms.controllers.payments import refunds as refund_controller
from lms.errors import AlreadyEnrolled, GatewayUnavailable, OrderNotFound, PaymentNotUsable, RefundTooLarge
from lms.models.learning.enrollments import enrollments
from lms.models.payments.disputes import disputes
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders as order_model
from lms.models.payments.refunds import refunds
from lms.models.payments.stray_payments import stray_payments
from lms.schemas.payments.orders import RefundIn
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayDispute, GatewayRefund, GatewayRefused, Payment
from tests.buying import Purchase, kept
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")


def refusing(*_: Any) -> None:
    raise GatewayRefused("It does not do that.")


def lost(payment_id: str, amount: int) -> GatewayDispute:
    facts = {"id": "disp_x", "amount": amount, "amount_deducted": amount, "currency": "INR", "created_at": 1}
    return GatewayDispute.model_validate({**facts, "payment_id": payment_id, "status": "lost"})


def test_what_went_back_meanwhile_cannot_go_back_again(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = kept(purchase.id)
    monkeypatch.setattr(
        asked_refunds, "_require_possible", lambda *_: order_model.reserve_refund(order["_id"], order["amount"])
    )
    with pytest.raises(RefundTooLarge):
        asked_refunds.start(RefundIn(orderId=str(purchase.id), reason="Bought twice."))
    assert refunds.count({}) == 0
    assert kept(purchase.id)["refunded"] == 0


def test_more_than_was_paid_does_not_go_back(world: World, purchase: Purchase) -> None:
    order = kept(purchase.id)
    assert refund_controller.give_back(order, order["amount"] + 1, "staff", "Too much.") is None
    assert refunds.count({}) == 0


def test_a_refund_of_the_gateways_own_is_not_asked_for_again(world: World, purchase: Purchase) -> None:
    refund: Any = {"_id": ObjectId(), "cause": "gateway", "payment": purchase.payment_id, "amount": 1}
    with pytest.raises(GatewayRefused, match="knows it no longer"):
        refund_controller._answer_to(refund)


def test_a_refund_that_is_refused_because_it_was_made_already_is_the_one_that_was_made(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Any = {
        "_id": ObjectId(),
        "cause": "staff",
        "order": purchase.id,
        "payment": purchase.payment_id,
        "amount": 9,
    }
    made = razorpay.refund(purchase.payment_id, 900, str(asked["_id"]), {})
    monkeypatch.setattr(razorpay, "refund", refusing)
    assert refund_controller._answer_to(asked).id == made.id


def test_a_refund_that_another_wrote_down_first_is_booked_once(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*_: Any) -> None:
        raise DuplicateKeyError("E11000")

    [captured] = ledger.find({})
    facts = {"id": "rfnd_x", "amount": 100, "currency": "INR", "status": "processed", "created_at": 1}
    answer = GatewayRefund.model_validate({**facts, "payment_id": purchase.payment_id})
    monkeypatch.setattr(gateway_refunds, "_write_down", too_late)
    assert gateway_refunds._book(captured, answer) is False


def test_a_settlement_that_meets_another_reads_the_order_again(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[ObjectId] = []

    def settle(order_id: ObjectId, payment: Any) -> None:
        tried.append(order_id)
        if len(tried) == 1:
            raise DuplicateKeyError("E11000")

    monkeypatch.setattr(settlement, "_settle", settle)
    settlement._settle_once(purchase.id, None)  # type: ignore[arg-type]
    assert tried == [purchase.id, purchase.id]


def test_a_coupon_that_is_gone_limits_nobody(world: World) -> None:
    assert coupons.hold(ObjectId(), ObjectId(), "GONE")


def test_nothing_is_said_of_the_lines_of_an_order_that_nobody_paid_for(
    world: World, learner: Person, course: MadeCourse
) -> None:
    order = order_model.get({"_id": ObjectId(world.order(learner, course).json["data"]["id"])})
    assert order is not None
    assert outcomes.of(order) == [{"outcome": None, "why": None}]


def test_who_attends_through_another_order_is_enrolled(
    world: World, learner: Person, course: MadeCourse, purchase: Purchase
) -> None:
    enrollments.update({"user": learner.id, "course": course.id}, {"$set": {"order": ObjectId()}})
    assert outcomes.of(kept(purchase.id)) == [{"outcome": "enrolled", "why": None}]


def test_a_free_order_for_what_its_buyer_came_to_attend_meanwhile_is_given_up(
    world: World, learner: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enrolled(*_: Any) -> None:
        raise AlreadyEnrolled

    order_id = ObjectId(world.order(learner, course).json["data"]["id"])
    order_model.update({"_id": order_id}, {"$set": {"state": "draft"}})
    monkeypatch.setattr(settlement, "settle_free", enrolled)
    with pytest.raises(AlreadyEnrolled):
        orders._given(kept(order_id))
    assert order_model.count({"_id": order_id}) == 0


def test_an_order_that_is_with_the_gateway_is_not_given_up(world: World, learner: Person, course: MadeCourse) -> None:
    order = order_model.get({"_id": ObjectId(world.order(learner, course).json["data"]["id"])})
    assert order is not None
    reconciliation.abandon(order)
    assert order_model.count({"_id": order["_id"]}) == 1


def test_a_draft_that_the_gateway_does_not_know_is_placed_there(
    world: World, learner: Person, course: MadeCourse
) -> None:
    order = order_model.get({"_id": ObjectId(world.order(learner, course).json["data"]["id"])})
    assert order is not None
    made = orders._gateway_order({**order, "_id": ObjectId()}, is_new=False)
    assert made.startswith("order_")


def test_an_order_that_the_gateway_refuses_and_does_not_know_is_given_up(
    world: World, learner: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = ObjectId(world.order(learner, course).json["data"]["id"])
    order_model.update({"_id": order_id}, {"$set": {"state": "draft"}})
    monkeypatch.setattr(razorpay, "create_order", refusing)
    monkeypatch.setattr(razorpay, "order_by_receipt", lambda _: None)
    with pytest.raises(GatewayUnavailable):
        orders._place(kept(order_id), is_new=True)
    assert order_model.count({"_id": order_id}) == 0


def test_a_draft_that_another_is_placing_is_waited_for_and_left_to_them(
    world: World, learner: Person, course: MadeCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = ObjectId(world.order(learner, course).json["data"]["id"])
    order_model.update({"_id": order_id}, {"$set": {"state": "draft"}})
    assert order_model.claim_placing(order_id)
    monkeypatch.setattr(orders, "PATIENCE_SECONDS", 0)
    assert orders._taken(order_id) is False


def test_a_payment_in_another_currency_is_taken_for_no_order(world: World, learner: Person, course: MadeCourse) -> None:
    order_id = ObjectId(world.order(learner, course).json["data"]["id"])
    facts = {"id": "pay_x", "amount": 49_900, "currency": "USD", "status": "captured", "created_at": 1}
    payment = Payment.model_validate({**facts, "captured": True, "amount_refunded": 0})
    with pytest.raises(PaymentNotUsable):
        settlement._take(order_id, payment, ("created",), "order.accept")


def test_a_payment_without_an_order_is_assigned_to_none_that_there_is_not(world: World) -> None:
    with pytest.raises(OrderNotFound):
        strays.assign("pay_x", str(ObjectId()))
    strays.send_back("pay_x")
    assert refunds.count({}) == 0


def test_a_payment_without_an_order_that_the_gateway_does_not_know_is_assigned_to_none(
    world: World, learner: Person, course: MadeCourse
) -> None:
    stray_payments.note("pay_gone", None, 49_900, "INR")
    with pytest.raises(PaymentNotUsable):
        strays.assign("pay_gone", world.order(learner, course).json["data"]["id"])
    assert strays.get("pay_gone")["state"] == "waiting"


def test_a_payment_without_an_order_that_the_gateway_cannot_pay_out_waits_again(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_id = purchase.payment_id
    stray_payments.note(payment_id, None, 49_900, "INR")
    strays.give_back(payment_id, "Nobody knows it.")
    facts = {"id": "rfnd_x", "payment_id": payment_id, "amount": 49_900, "currency": "INR", "created_at": 1}
    failed = GatewayRefund.model_validate({**facts, "status": "failed"})
    monkeypatch.setattr(razorpay, "refund", lambda *_: failed)
    strays.send_back(payment_id)
    stray = strays.get(payment_id)
    assert (stray["state"], stray["failure"]) == ("waiting", "The gateway could not pay it out.")


def test_a_dispute_that_another_wrote_down_first_is_taken_in_again(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_in(order_id: ObjectId, told: GatewayDispute) -> str:
        tried.append(order_id)
        if len(tried) == 1:
            raise DuplicateKeyError("E11000")
        return "lost"

    tried: list[ObjectId] = []
    monkeypatch.setattr(disputed, "_take_in", take_in)
    monkeypatch.setattr(razorpay, "dispute", lambda _: lost(purchase.payment_id, 49_900))
    assert disputed.told("payment.dispute.lost", {"id": "disp_x"}) == "lost"
    assert tried == [purchase.id, purchase.id]


def test_what_went_back_meanwhile_is_not_taken_by_the_bank_as_well(
    world: World, purchase: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_model, "reserve_refund", lambda *_: None)
    disputed._take_in(purchase.id, lost(purchase.payment_id, 49_900))
    [dispute], [booked] = disputes.find({}), ledger.find({"kind": "dispute"})
    assert (dispute["deducted"], dispute["taken"]) == (49_900, 0)
    assert (booked["amount"], booked["lines"]) == (-49_900, [])


def test_a_bank_that_takes_back_another_payment_of_the_order_leaves_it_paid(
    world: World, learner: Person, course: MadeCourse, purchase: Purchase
) -> None:
    disputed._take_in(purchase.id, lost("pay_another", 49_900))
    [booked] = ledger.find({"kind": "dispute"})
    assert (booked["amount"], booked["lines"]) == (-49_900, [])
    assert kept(purchase.id)["state"] == "paid"
    assert enrollments.attends(learner.id, course.id)


def test_an_event_that_was_handled_is_not_handled_again(world: World) -> None:
    webhooks.handle("evt_unknown")
    assert order_model.count({}) == 0
