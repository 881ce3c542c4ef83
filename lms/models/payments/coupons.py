"""Coupons, and how often each has been used by whom."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.accounts.users import NAME
from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.stages import lookup

CouponKind = Literal["percent", "amount"]


class Coupon(TypedDict):
    _id: str
    kind: CouponKind
    value: Annotated[int, Bounds(0)]
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

    def move(self, code: str, user_id: ObjectId, to: ObjectId) -> None:
        """Count the uses by one user as another's; part of a transaction."""
        used = self.get({"_id": f"{code}:{user_id}"})
        if used is not None:
            self.put({"_id": f"{code}:{to}"}, {"$inc": {"used": used["used"]}})
            self.delete({"_id": used["_id"]})

    def by_learner(self, code: str, most: int) -> list[dict[str, Any]]:
        """The learners who used a coupon (`user`, `name`, `email`, `used`), those who did most often first."""
        prefix = f"{code}:"
        return self.aggregate(
            {"_id": {"$gte": prefix, "$lt": f"{code};"}, "used": {"$gt": 0}},
            [
                {"$sort": {"used": -1, "_id": 1}},
                {"$limit": most},
                {"$set": {"user": {"$toObjectId": {"$substrBytes": ["$_id", len(prefix), -1]}}}},
                *lookup("users", "user", "buyer", {"name": NAME, "email": 1}),
                {"$project": {"_id": 0, "user": 1, "used": 1, "name": "$buyer.name", "email": "$buyer.email"}},
            ],
        )


class Coupons(Collection[Coupon]):
    """`_id` is the code in capitals; `value` is whole percent or paise; `courses` none for all."""

    name = "coupons"
    fields = Coupon
    indexes = (
        IndexModel([("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("used", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("validUntil", ASCENDING), ("_id", ASCENDING)]),
    )

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
