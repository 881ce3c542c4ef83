"""What demo learners paid: an order and a row of the ledger for each course they bought."""

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
