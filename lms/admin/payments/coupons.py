"""Coupons: making, ending and looking at them."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from lms.admin.filters import Between, OneOf
from lms.admin.formats import Format, moment, number, rupees, text
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.payments import coupons as controller
from lms.models.base import Filter, now
from lms.models.payments.coupons import coupons
from lms.schemas.payments.coupons import CouponIn
from lms.schemas.payments.order_files import EndedCouponIn

MOST_LEARNERS = 200


def _off(coupon: Mapping[str, Any]) -> str:
    return f"{coupon['value']} %" if coupon["kind"] == "percent" else rupees(coupon["value"])


off = Format(_off, _off)


class CouponsView(ListView):
    slug, title, group, allow = "coupons", "Coupons", "Money", USERS
    collection = coupons
    columns = (
        Column("_id", "Code", text, sort=True, link=True),
        Column("off", "Takes off", off),
        Column("used", "Used", number, sort=True),
        Column("mostUses", "At most", number),
        Column("mostUsesPerUser", "Each learner", number),
        Column("validFrom", "From", moment),
        Column("validUntil", "Until", moment, sort=True),
        Column("createdAt", "Made", moment, sort=True),
    )
    stages = ({"$set": {"off": {"kind": "$kind", "value": "$value"}}},)
    filters = (OneOf("kind", "Kind", ("percent", "amount")), Between("validUntil", "Ends"))
    default_sort = ("createdAt", -1)
    search_hint = "code"
    list_template = "staff/coupons.html"

    def searching(self, text: str) -> Filter:
        return {"_id": text.upper()}

    @page("/new", allow=ADMINS)
    def new(self) -> str:
        return self.show("staff/coupon_new.html")

    @action("/new", allow=ADMINS, again="new")
    def create(self) -> Response:
        code = controller.create(read_form(CouponIn))
        return self.done(f"The coupon {code} can be used.", ".details", code=code)

    @page("/<string:code>")
    def details(self, code: str) -> str:
        coupon = controller.get(code)
        ended = coupon["validUntil"] is not None and coupon["validUntil"] <= now()
        uses = controller.uses_by_learner(code, MOST_LEARNERS)
        shown = {"coupon": coupon, "off": _off(coupon), "ended": ended, "courses": controller.courses_of(coupon)}
        return self.show("staff/coupon.html", **shown, uses=uses, most=MOST_LEARNERS)

    @action("/<string:code>/end", allow=ADMINS, again="details")
    def end(self, code: str) -> Response:
        controller.end(code, read_form(EndedCouponIn).seen)
        return self.done("The coupon is ended.", ".details", code=code)
