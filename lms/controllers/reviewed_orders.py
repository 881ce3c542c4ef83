"""What staff decide on orders whose payment did not fit."""

from bson import ObjectId

from lms.errors import OrderNotFound
from lms.jobs import settlement
from lms.models.orders import Order, orders


def waiting() -> list[Order]:
    """The orders in review, the oldest first."""
    return orders.find({"state": "review"}, sort=[("createdAt", 1)])


def accept(order_id: ObjectId, payment_id: str) -> Order:
    """Take the payment for good and enrol; what was paid too much goes back."""
    _require(order_id)
    return settlement.accept(order_id, payment_id)


def decline(order_id: ObjectId, payment_id: str) -> Order:
    """Give the payment back; nobody is enrolled."""
    _require(order_id)
    return settlement.decline(order_id, payment_id)


def _require(order_id: ObjectId) -> None:
    if orders.get({"_id": order_id}, {"_id": 1}) is None:
        raise OrderNotFound
