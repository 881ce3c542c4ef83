"""Coupons, and how often each has been used by whom."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from bson import ObjectId

from lms.models.base import Collection, Ref, now

CouponKind = Literal["percent", "amount"]


class Coupon(TypedDict):
    _id: str
    kind: CouponKind
    value: int
    courses: Annotated[list[ObjectId] | None, Ref("courses")]
    validFrom: datetime
    validUntil: datetime | None
    mostUses: int | None
    mostUsesPerUser: int | None
    used: int
    createdAt: datetime


class CouponUses(TypedDict):
    _id: str
    used: int


class CouponUseCollection(Collection[CouponUses]):
    """How often one user has used one coupon; `_id` is `<code>:<user>`."""

    name = "couponUses"
    fields = CouponUses


class Coupons(Collection[Coupon]):
    """`_id` is the code in capitals; `value` is whole percent or paise; `courses` none for all."""

    name = "coupons"
    fields = Coupon

    def valid(self, code: str) -> Coupon | None:
        moment = now()
        until = {"$or": [{"validUntil": None}, {"validUntil": {"$gt": moment}}]}
        return self.get({"_id": code.upper(), "validFrom": {"$lte": moment}, **until})

    def use(self, coupon: Coupon, user_id: ObjectId) -> bool:
        """Count a use, in all and for the user; false at either limit. Part of a transaction that undoes it."""
        left = {"$or": [{"mostUses": None}, {"$expr": {"$lt": ["$used", "$mostUses"]}}]}
        if not self.update({"_id": coupon["_id"], **left}, {"$inc": {"used": 1}}):
            return False
        return self._use_of(coupon, user_id)

    def _use_of(self, coupon: Coupon, user_id: ObjectId) -> bool:
        most = coupon["mostUsesPerUser"]
        own = coupon_uses.put({"_id": f"{coupon['_id']}:{user_id}"}, {"$inc": {"used": 1}})
        return most is None or own["used"] <= most

    def give_back(self, code: str, user_id: ObjectId) -> None:
        """Take back a use whose order came to nothing."""
        self.update({"_id": code}, {"$inc": {"used": -1}})
        coupon_uses.update({"_id": f"{code}:{user_id}"}, {"$inc": {"used": -1}})


coupon_uses = CouponUseCollection()
coupons = Coupons()
