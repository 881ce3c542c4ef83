"""Making coupons."""

from pymongo.errors import DuplicateKeyError

from lms.errors import CouponExists
from lms.models.base import now
from lms.models.coupons import Coupon, coupons
from lms.schemas.coupons import CouponIn


def create(form: CouponIn) -> str:
    """Make a coupon, and say its code."""
    moment = now()
    kind, value = ("percent", form.percent) if form.percent else ("amount", int((form.amount or 0) * 100))
    try:
        coupons.insert(
            {
                "_id": form.code,
                "kind": kind,
                "value": value,
                "courses": form.courses,
                "validFrom": form.valid_from or moment,
                "validUntil": form.valid_until,
                "mostUses": form.most_uses,
                "mostUsesPerUser": form.most_uses_per_user,
                "used": 0,
                "createdAt": moment,
            }
        )
    except DuplicateKeyError:
        raise CouponExists from None
    return form.code


def every() -> list[Coupon]:
    return coupons.find({}, sort=[("createdAt", 1)])
