"""Holding the use of a coupon for an order, and letting go of it when the order comes to nothing."""

from bson import ObjectId

from lms.models.payments.coupons import coupons
from lms.models.payments.orders import Order, orders


def hold(order_id: ObjectId, user_id: ObjectId, code: str) -> bool:
    """Count a use for the order, taking it over from unpaid orders of the same user; false at a limit.

    Part of a transaction that is undone then. An order whose use was taken over can still be paid, if a use is left.
    """
    coupon = coupons.get({"_id": code})
    if coupon is None:
        return True
    for other in orders.unpaid_with(user_id, code):
        if other["_id"] != order_id:
            orders.expire(other["_id"])
            let_go(other)
    return coupons.use(coupon, user_id)


def let_go(order: Order) -> None:
    """Take back the use an order holds, if it still does."""
    if order["coupon"] and orders.let_coupon_go(order["_id"]):
        coupons.give_back(order["coupon"], order["user"])
