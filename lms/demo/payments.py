"""What demo learners paid, and what some had back: orders, refunds and rows of the ledger."""

import random
from datetime import datetime, timedelta
from typing import Any

from lms.demo.ids import demo_id

Document = dict[str, Any]


def bought(number: int, enrollment: Document, course: Document) -> tuple[Document, Document]:
    """The order that an enrolment came by, which is noted on it, and the money that arrived."""
    order_id, payment = demo_id("order", number), f"pay_demo{number:010d}"
    amount, moment = enrollment["amountPaid"], enrollment["enrolledAt"]
    line = {"course": course["_id"], "instructor": course["instructor"], "amount": amount}
    enrollment["order"] = order_id
    order = {
        "_id": order_id,
        "user": enrollment["user"],
        "lines": [{**line, "title": course["title"], "price": amount}],
        "amount": amount,
        "refunded": 0,
        "currency": course["currency"],
        "coupon": None,
        "couponHeld": False,
        "state": "paid",
        "razorpayOrderId": f"order_demo{number:010d}",
        "razorpayPaymentId": payment,
        "checks": 1,
        "nextCheckAt": None,
        "createdAt": moment,
        "paidAt": moment,
    }
    row = {
        "_id": f"{payment}:capture",
        "kind": "capture",
        "order": order_id,
        "user": enrollment["user"],
        "payment": payment,
        "amount": amount,
        "currency": course["currency"],
        "lines": [line],
        "at": moment,
    }
    return order, row


REASONS = ("Bought by mistake.", "Not the level I expected.", "My employer pays for another course.")


def given_back(
    number: int, order: Document, enrollment: Document, midnight: datetime, draw: random.Random
) -> tuple[Document, Document] | None:
    """The refund that ended an enrolment and the money that went back; none when it would come after `midnight`."""
    asked = order["paidAt"] + timedelta(minutes=draw.randint(20, 9000))
    moment = asked + timedelta(minutes=3)
    if moment > midnight:
        return None
    refund_id, moved_as = demo_id("refund", number), f"rfnd_demo{number:010d}"
    order["state"], order["refunded"] = "refunded", order["amount"]
    enrollment |= {"status": "refunded", "endedAt": moment}
    refund = {
        "_id": refund_id,
        "order": order["_id"],
        "payment": order["razorpayPaymentId"],
        "amount": order["amount"],
        "course": None,
        "cause": "staff",
        "reason": draw.choice(REASONS),
        "state": "processed",
        "by": demo_id("admin", 0),
        "razorpayRefundId": moved_as,
        "nextCheckAt": None,
        "createdAt": asked,
        "processedAt": moment,
    }
    line = order["lines"][0]
    row = {
        "_id": f"{moved_as}:refund",
        "kind": "refund",
        "order": order["_id"],
        "user": order["user"],
        "payment": order["razorpayPaymentId"],
        "amount": -order["amount"],
        "currency": order["currency"],
        "lines": [{"course": line["course"], "instructor": line["instructor"], "amount": -line["amount"]}],
        "at": moment,
    }
    return refund, row
