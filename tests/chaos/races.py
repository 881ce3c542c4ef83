"""Everything that can settle an order, let loose on it at the same moment."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

from bson import ObjectId

from lms.sandbox.razorpay_entities import new_order, new_payment
from tests.chaos.shop import PRICE, Answer, Person, Shop, event, signed
from tests.chaos.waiting import until_settled

COURSES, AT_ONCE = 5, 8

Paid = tuple[Person, dict[str, Any], list[dict[str, Any]]]
"""A buyer, what the checkout hands the browser, and the events of the payment."""


def paid_orders(shop: Shop, count: int, courses: list[ObjectId]) -> list[Paid]:
    """Orders of one course each, paid and not yet settled, written straight into both databases."""
    moment, made = datetime.now(UTC), []
    stage = shop.stage
    orders, gateway_orders, payments = [], [], []
    for place, buyer in enumerate(shop.people(count)):
        course, order_id = courses[place % len(courses)], ObjectId()
        asked = new_order(PRICE, "INR", str(order_id), {"order": str(order_id)})
        payment = new_payment(asked, {}, "captured")
        asked |= {"status": "paid", "attempts": 1, "amount_paid": PRICE, "amount_due": 0}
        line = {"course": course, "instructor": shop.teacher.id, "title": "A course", "price": PRICE, "amount": PRICE}
        sums = {"lines": [line], "amount": PRICE, "refunded": 0, "currency": "INR"}
        coupon = {"coupon": None, "couponHeld": False}
        later = {"checks": 0, "nextCheckAt": moment + timedelta(minutes=1), "createdAt": moment}
        ids = {"_id": order_id, "user": buyer.id, "razorpayOrderId": asked["_id"]}
        orders.append({**ids, **sums, **coupon, "state": "created", **later})
        gateway_orders.append(asked)
        payments.append(payment)
        events = [event("payment.captured", payment=payment), event("order.paid", payment=payment, order=asked)]
        made.append((buyer, signed(payment), events))
    stage.gateway_db.sandboxRazorpayOrders.insert_many(gateway_orders)
    stage.gateway_db.sandboxRazorpayPayments.insert_many(payments)
    stage.db.orders.insert_many(orders)
    return made


def settle_at_once(shop: Shop, orders: int) -> list[Answer]:
    """Settle so many orders by everybody who can, and wait for the end; the answers to the verifications."""
    stage = shop.stage
    for part in (*stage.fast_workers, stage.reconciler):
        part.spawn()
    answers = all_at_once(shop, paid_orders(shop, orders, shop.courses(COURSES)), AT_ONCE)
    until_settled(stage)
    return answers


def storm(shop: Shop, pool: ThreadPoolExecutor, paid: list[Paid]) -> tuple[list[Future[Answer]], list[Future[Answer]]]:
    """Verify each order and bring each event, in no order; the answers to come, to verifications and to events."""
    verified = [pool.submit(shop.verify, buyer, receipt) for buyer, receipt, _ in paid]
    return verified, [pool.submit(shop.deliver, each) for _, _, events in paid for each in events]


def all_at_once(shop: Shop, paid: list[Paid], orders_at_a_time: int) -> list[Answer]:
    """Verify, tell of the capture twice and of the order once, and have the reconciler ask: all at the same moment.

    The answers to the verifications, none of which may be anything but the truth.
    """
    answers: list[Answer] = []
    with ThreadPoolExecutor(5 * orders_at_a_time) as pool:
        for first in range(0, len(paid), orders_at_a_time):
            wave = paid[first : first + orders_at_a_time]
            barrier = Barrier(5 * len(wave))
            verified = [pool.submit(_after, barrier, shop.verify, buyer, receipt) for buyer, receipt, _ in wave]
            told = [
                pool.submit(_after, barrier, shop.deliver, each)
                for _, _, (captured, order_paid) in wave
                for each in (captured, captured, order_paid)
            ]
            asked = [pool.submit(_after, barrier, _due, shop, receipt["razorpay_order_id"]) for _, receipt, _ in wave]
            answers += [each.result() for each in verified]
            assert {each.result().status for each in told} == {200}
            assert all(each.result() for each in asked)
    return answers


def _after(barrier: Barrier, call: Any, *args: Any) -> Any:
    barrier.wait()
    return call(*args)


def _due(shop: Shop, gateway_order: str) -> bool:
    """The minute after which the reconciler asks is over for this order."""
    where = {"razorpayOrderId": gateway_order, "nextCheckAt": {"$ne": None}}
    shop.stage.db.orders.update_one(where, {"$set": {"nextCheckAt": datetime.now(UTC)}})
    return True
