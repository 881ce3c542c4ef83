"""What somebody else did between the look and the write, where money is at stake."""

from typing import Any

import pytest
from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import (
    asked_refunds,
    coupons,
    gateway_refunds,
    orders,
    outcomes,
    reconciliation,
    settlement,
    strays,
    webhooks,
)
from lms.controllers.payments import refunds as refund_controller
from lms.errors import OrderNotFound, PaymentNotUsable, RefundTooLarge
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders as order_model
from lms.models.payments.refunds import refunds
from lms.schemas.payments.orders import RefundIn
from lms.services.payments.razorpay import GatewayRefund, GatewayRefused, Payment
from tests.buying import Purchase, kept
from tests.world import MadeCourse, Person, World

pytestmark = pytest.mark.usefixtures("gateway")


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


def test_an_event_that_was_handled_is_not_handled_again(world: World) -> None:
    webhooks.handle("evt_unknown")
    assert order_model.count({}) == 0
