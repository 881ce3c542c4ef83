"""Captured payments of no order known here, and what to do with them."""

from typing import Any

from flask import Response, url_for

from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, money
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.payments import strays
from lms.models.base import Filter
from lms.models.payments.stray_payments import STRAY_STATES, stray_payments
from lms.schemas.payments.strays import AssignedIn, StrayReasonIn


class StrayPaymentsView(ListView):
    slug, title, group, allow = "payments-without-an-order", "Payments without an order", "Money", USERS
    lead = "Captured at the gateway for an order that is not known here. Nobody is enrolled for them."
    collection = stray_payments
    columns = (
        Column("_id", "Payment", link=True),
        Column("amount", "Amount", money, sort=True),
        Column("state", "State", badge),
        Column("razorpayOrderId", "Order at the gateway"),
        Column("reason", "Reason"),
        Column("failure", "What failed"),
        Column("seenAt", "Seen", moment, sort=True),
        Column("decidedAt", "Decided", moment),
    )
    filters = (OneOf("state", "State", STRAY_STATES), Between("seenAt", "Seen"))
    default_sort = ("seenAt", -1)
    search_hint = "payment, or order at the gateway"
    empty = "Every payment belongs to an order."

    def address_of(self, row: Any) -> str:
        return url_for(".details", payment_id=row["_id"])

    def searching(self, text: str) -> Filter:
        return {"$or": [{"_id": text}, {"razorpayOrderId": text}]}

    def waiting(self) -> int:
        return strays.waiting()

    @page("/<string:payment_id>")
    def details(self, payment_id: str) -> str:
        return self.show("staff/stray_payment.html", file=strays.file_of(payment_id))

    @action("/<string:payment_id>/assign", allow=ADMINS, again="details")
    def assign(self, payment_id: str) -> Response:
        order = strays.assign(payment_id, read_form(AssignedIn).order)
        return self.done(
            "The payment is the order's, and the buyer is enrolled.", "staff_orders.details", order_id=order["_id"]
        )

    @action("/<string:payment_id>/give-back", allow=ADMINS, again="details")
    def give_back(self, payment_id: str) -> Response:
        strays.give_back(payment_id, read_form(StrayReasonIn).reason)
        return self.done("The payment goes back.", ".details", payment_id=payment_id)

    @action("/<string:payment_id>/leave", allow=ADMINS, again="details")
    def leave(self, payment_id: str) -> Response:
        strays.leave(payment_id, read_form(StrayReasonIn).reason)
        return self.done("The payment is another shop's.", ".details", payment_id=payment_id)
