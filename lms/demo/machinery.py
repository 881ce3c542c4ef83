"""What staff find waiting on their pages: coupons, an order in review, a refund and a mail that failed."""

from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo import ReplaceOne

from lms.demo.ids import ANY_DEMO_ID, demo_id
from lms.models.base import Collection
from lms.models.catalogue.courses import Course, courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.coupons import Coupon, CouponKind, coupons
from lms.models.payments.orders import Order, orders
from lms.models.payments.refunds import Refund, refunds
from lms.models.system.outbox import OutboxRow, outbox
from lms.sandbox.razorpay_entities import new_order, new_payment
from lms.sandbox.razorpay_store import prepare, stored

Document = dict[str, Any]

LAST = 2**24 - 1
"""A number that no document of the catalogue's learners has."""

AT_THE_GATEWAY = 200
"""How many of the newest demo orders the gateway's stand-in knows, so that they can be refunded."""

COUPONS: tuple[tuple[str, CouponKind, int, int | None, int], ...] = (
    ("WELCOME10", "percent", 10, None, 0),
    ("DIWALI500", "amount", 50000, 200, 10),
    ("EARLYBIRD", "percent", 25, 50, -3),
)
"""Code, kind, value, most uses, and in how many days it ends (0: it has no end)."""


def fill(midnight: datetime) -> None:
    """Write all of it, in place of what an interrupted run left."""
    coupons.delete_many({"_id": {"$in": [code for code, *_ in COUPONS]}})
    coupons.insert_many(_coupon(*each, midnight=midnight) for each in COUPONS)
    reviewed = _reviewed(midnight)
    made: list[tuple[Collection[Any], Any]] = [
        (orders, reviewed),
        (refunds, _failed_refund(midnight)),
        (outbox, _failed_mail(midnight)),
    ]
    for collection, document in made:
        collection.delete_many({"_id": document["_id"]})
        collection.insert(document)
    _tell_the_gateway([reviewed, *_newest()])


def _coupon(code: str, kind: CouponKind, value: int, most: int | None, days: int, midnight: datetime) -> Coupon:
    return {
        "_id": code,
        "kind": kind,
        "value": value,
        "courses": None,
        "validFrom": midnight - timedelta(days=30),
        "validUntil": midnight + timedelta(days=days) if days else None,
        "mostUses": most,
        "mostUsesPerUser": 1,
        "used": 0,
        "createdAt": midnight - timedelta(days=30),
    }


def _reviewed(midnight: datetime) -> Order:
    """One whose payment was given back in part before it arrived here."""
    student, moment = demo_id("student", 1), midnight - timedelta(hours=20)
    course, payment = _not_attended(student), f"pay_demo{LAST:010d}"
    price = course["amount"] or 0
    return {
        "_id": demo_id("order", LAST),
        "user": student,
        "lines": [
            {
                "course": course["_id"],
                "instructor": course["instructor"],
                "title": course["title"],
                "price": price,
                "amount": price,
            }
        ],
        "amount": price,
        "refunded": 0,
        "currency": course["currency"],
        "coupon": None,
        "couponHeld": False,
        "state": "review",
        "heldReason": f"Payment {payment}: refunded at the gateway before it was settled",
        "heldFrom": moment + timedelta(minutes=2),
        "razorpayOrderId": f"order_demo{LAST:010d}",
        "checks": 1,
        "nextCheckAt": None,
        "createdAt": moment,
    }


def _not_attended(student: ObjectId) -> Course:
    attended = [each["course"] for each in enrollments.find({"user": student}, {"course": 1})]
    for_sale = {"status": "published", "amount": {"$gt": 0}, "_id": {"$nin": attended}}
    return courses.find(for_sale, sort=[("_id", 1)], limit=1)[0]


def _failed_refund(midnight: datetime) -> Refund:
    """One that the bank did not take."""
    [order] = orders.find({"_id": ANY_DEMO_ID, "state": "paid"}, sort=[("paidAt", -1)], limit=1)
    return {
        "_id": demo_id("refund", LAST),
        "order": order["_id"],
        "payment": order["razorpayPaymentId"],
        "amount": order["amount"] // 2,
        "course": None,
        "cause": "staff",
        "reason": "Half of the course was not there yet.",
        "state": "failed",
        "by": demo_id("admin", 0),
        "failure": "The gateway could not pay it out.",
        "nextCheckAt": None,
        "createdAt": midnight - timedelta(minutes=30),
    }


def _failed_mail(midnight: datetime) -> OutboxRow:
    return {
        "_id": demo_id("job", 0),
        "job": "users.welcome",
        "args": [str(demo_id("student", 2))],
        "queue": "mail",
        "requestId": None,
        "state": "failed",
        "attempts": 6,
        "reason": "SMTPRecipientsRefused: 452 4.2.2 Mailbox full",
        "dueAt": midnight - timedelta(hours=4),
        "leasedUntil": None,
        "createdAt": midnight - timedelta(hours=7),
        "failedAt": midnight - timedelta(hours=4),
    }


def _newest() -> list[Order]:
    return orders.find({"_id": ANY_DEMO_ID, "state": "paid"}, sort=[("createdAt", -1)], limit=AT_THE_GATEWAY)


def _tell_the_gateway(paid: list[Any]) -> None:
    """Have its stand-in know the orders and their payments."""
    prepare()
    made = [_at_the_gateway(order) for order in paid]
    for name, place in (("Orders", 0), ("Payments", 1)):
        stored(name).bulk_write([ReplaceOne({"_id": each[place]["_id"]}, each[place], upsert=True) for each in made])


def _at_the_gateway(order: Document) -> tuple[Document, Document]:
    known = new_order(order["amount"], order["currency"], str(order["_id"]), {})
    known |= {"_id": order["razorpayOrderId"], "status": "paid", "amount_paid": order["amount"], "amount_due": 0}
    payment = new_payment(known, {}, "captured") | {"_id": order["razorpayOrderId"].replace("order_", "pay_")}
    if order["state"] == "review":
        payment |= {"amount_refunded": order["amount"] // 10, "refund_status": "partial"}
    return known, payment
