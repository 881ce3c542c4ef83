"""Deliveries of one-time codes: "I never got my code"."""

from typing import Any

from bson import ObjectId
from flask import Response

from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, number
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page
from lms.admin.roles import USERS
from lms.controllers.accounts import otp_deliveries
from lms.models.accounts.otps import otps
from lms.models.base import Filter
from lms.models.system.finding import having


class DeliveriesView(ListView):
    slug, title, group, allow = "deliveries", "Code deliveries", "People", USERS
    collection = otps
    columns = (
        Column("email", "Address", link=True),
        Column("purpose", "For", badge),
        Column("status", "Status", badge),
        Column("reason", "Why"),
        Column("attempts", "Attempts", number),
        Column("createdAt", "Asked for", moment, sort=True),
        Column("sentAt", "Sent", moment),
        Column("usedAt", "Used", moment),
    )
    filters = (
        OneOf("status", "Status", ("queued", "sent", "failed", "superseded", "unneeded")),
        OneOf("purpose", "For", ("signup", "login", "reset", "admin", "change")),
        Between("createdAt", "Asked for"),
    )
    search_hint = "any part of the address"
    default_sort = ("createdAt", -1)
    lead = "Every code that was asked for in the last thirty days. The codes themselves are kept nowhere."
    empty = "Nobody has asked for a code yet."

    def searching(self, text: str) -> Filter:
        return having(text, "email")

    @page("/<oid:otp_id>")
    def details(self, otp_id: ObjectId) -> Any:
        return self.show("staff/delivery.html", **otp_deliveries.delivery_file(otp_id))

    @action("/<oid:otp_id>/again", again="details")
    def send_again(self, otp_id: ObjectId) -> Response:
        made = otp_deliveries.send_again(otp_id)
        return self.done("Another code is on its way.", ".details", otp_id=made)
