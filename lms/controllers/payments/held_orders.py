"""What staff decide on orders whose payment did not fit."""

from bson import ObjectId

from lms.controllers.payments import settlement
from lms.errors import GatewayUnavailable, OrderNotFound
from lms.models.payments.orders import Order, orders
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefused, Payment

NOT_FITTING = "The payment did not fit the order."


def waiting() -> list[Order]:
    """The orders in review, the oldest first."""
    return orders.find({"state": "review"}, sort=[("createdAt", 1)])


def payments(order: Order) -> list[Payment] | None:
    """Every attempt to pay the order, as the gateway tells it now; none when it tells nothing."""
    try:
        return razorpay.payments_of(order["razorpayOrderId"])
    except (GatewayUnavailable, GatewayRefused):
        return None


def accept(order_id: ObjectId, payment_id: str) -> Order:
    """Take the payment for good and enrol; what was paid too much goes back."""
    _require(order_id)
    return settlement.accept(order_id, payment_id)


def decline(order_id: ObjectId, payment_id: str, reason: str = NOT_FITTING) -> Order:
    """Give the payment back and tell the buyer why; nobody is enrolled."""
    _require(order_id)
    return settlement.decline(order_id, payment_id, reason)


def _require(order_id: ObjectId) -> None:
    if orders.get({"_id": order_id}, {"_id": 1}) is None:
        raise OrderNotFound
