"""Making coupons and ending them; holding a use for an order, and letting go of it when the order comes to nothing."""

from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import ChangedMeanwhile, CouponEnded, CouponExists, CouponNotFound
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.payments.coupons import Coupon, coupon_uses, coupons
from lms.models.payments.orders import Order, orders
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.payments.coupons import CouponIn


def create(form: CouponIn) -> str:
    """Make a coupon, and say its code."""
    try:
        _create(_made_of(form))
    except DuplicateKeyError:
        raise CouponExists from None
    return form.code


@transactional
def _create(coupon: Coupon) -> None:
    coupons.insert(coupon)
    audit_log.record("coupon.create", coupons.subject(coupon), {}, coupon)


def _made_of(form: CouponIn) -> Coupon:
    moment = now()
    return {
        "_id": form.code,
        "kind": "percent" if form.percent else "amount",
        "value": form.percent or int((form.amount or 0) * 100),
        "courses": form.courses,
        "validFrom": form.valid_from or moment,
        "validUntil": form.valid_until,
        "mostUses": form.most_uses,
        "mostUsesPerUser": form.most_uses_per_user,
        "used": 0,
        "createdAt": moment,
    }


@transactional
def end(code: str, seen: datetime | None) -> None:
    """Let a coupon be used no longer, by orders that are not made yet; `seen` is the `validUntil` of the page."""
    coupon, moment = get(code), now()
    if coupon["validUntil"] != seen:
        raise ChangedMeanwhile
    if seen is not None and seen <= moment:
        raise CouponEnded
    coupons.update({"_id": code, "validUntil": seen}, {"$set": {"validUntil": moment}})
    audit_log.record("coupon.end", coupons.subject(coupon), {"validUntil": seen}, {"validUntil": moment})


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


def get(code: str) -> Coupon:
    coupon = coupons.get({"_id": code})
    if coupon is None:
        raise CouponNotFound
    return coupon


def courses_of(coupon: Coupon) -> list[str]:
    """The titles of the courses that a coupon is for; none where it is for all."""
    where = {"_id": {"$in": coupon["courses"] or []}}
    return [course["title"] for course in courses.find(where, {"title": 1}, [("title", 1)])]


def uses_by_learner(code: str, most: int) -> list[dict[str, Any]]:
    """Who has used a coupon and how often (`user`, `name`, `email`, `used`), those who did most often first."""
    return coupon_uses.by_learner(code, most)


def every() -> list[Coupon]:
    return coupons.find({}, sort=[("createdAt", 1)])
