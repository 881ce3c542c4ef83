"""Orders, those in review, and what moved of their money."""

from typing import Any

from bson import ObjectId
from flask import Response, url_for

from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, money, place, text
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.payments import asked_refunds, held_orders, invoices, order_files
from lms.http import responses
from lms.models.accounts.users import NAME
from lms.models.base import Filter
from lms.models.payments.disputes import DISPUTE_STATES, TO_ANSWER, disputes
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import ORDER_STATES, orders, was_paid
from lms.models.payments.refunds import REFUND_CAUSES, REFUND_STATES
from lms.models.payments.refunds import refunds as refund_rows
from lms.models.stages import lookup
from lms.results import File
from lms.schemas.payments.order_files import AcceptedIn, DeclinedIn, StaffRefundIn

BUYER = lookup("users", "user", "buyer", {"name": NAME, "email": 1})
INVOICED: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": "invoices",
            "localField": "_id",
            "foreignField": "order",
            "pipeline": [{"$match": {"kind": "invoice"}}, {"$project": {"_id": 0, "place": "$facts.supply.place"}}],
            "as": "invoiced",
        }
    },
    {"$set": {"invoiced": {"$first": "$invoiced"}}},
]
"""At `invoiced.place`, where what was ordered was supplied, as its invoice says."""

SEARCH = "order, payment, invoice number, coupon, e-mail address"


class OrderList(ListView):
    """A list whose rows lead to orders; `named_by` is the field that holds the order's id."""

    named_by = "order"

    def address_of(self, row: Any) -> str:
        return url_for("staff_orders.details", order_id=row[self.named_by])

    def searching(self, text: str) -> Filter:
        return order_files.of_matching(text)


class OrdersView(OrderList):
    slug, title, group, allow = "orders", "Orders", "Money", USERS
    collection = orders
    named_by = "_id"
    columns = (
        Column("_id", "Order", text, link=True),
        Column("buyer.name", "Buyer"),
        Column("buyer.email", "E-mail address"),
        Column("amount", "Amount", money, sort=True),
        Column("refunded", "Given back", money),
        Column("state", "State", badge),
        Column("coupon", "Coupon"),
        Column("billing.gstin", "GSTIN"),
        Column("invoiced.place", "Place of supply", place),
        Column("razorpayOrderId", "At the gateway"),
        Column("createdAt", "Ordered", moment, sort=True),
    )
    stages = [*BUYER, *INVOICED]
    filters = (OneOf("state", "State", ORDER_STATES), Between("createdAt", "Ordered"))
    default_sort = ("createdAt", -1)
    search_hint = SEARCH

    def searching(self, text: str) -> Filter:
        return order_files.matching(text)

    @page("/<oid:order_id>")
    def details(self, order_id: ObjectId) -> str:
        file = order_files.file_of(order_id)
        left = file.order["amount"] - file.order["refunded"] if was_paid(file.order) else 0
        payments = held_orders.payments(file.order) if file.order["state"] == "review" else []
        return self.show("staff/order.html", file=file, left=left, payments=payments)

    @page("/<oid:order_id>/invoices/<oid:invoice_id>")
    def invoice(self, order_id: ObjectId, invoice_id: ObjectId) -> Response:
        name, pdf = invoices.fetch_any(invoice_id)
        return responses.file(File(name, "application/pdf", pdf))

    @action("/<oid:order_id>/refund", allow=ADMINS, again="details")
    def refund(self, order_id: ObjectId) -> Response:
        form = read_form(StaffRefundIn)
        asked_refunds.start(form.asked_for(order_id), form.seen)
        return self.done("The refund is on its way.", ".details", order_id=order_id)

    @action("/<oid:order_id>/accept", allow=ADMINS, again="details")
    def accept(self, order_id: ObjectId) -> Response:
        held_orders.accept(order_id, read_form(AcceptedIn).payment)
        return self.done("The payment is taken, and the buyer is enrolled.", ".details", order_id=order_id)

    @action("/<oid:order_id>/decline", allow=ADMINS, again="details")
    def decline(self, order_id: ObjectId) -> Response:
        form = read_form(DeclinedIn)
        held_orders.decline(order_id, form.payment, form.reason)
        return self.done("The payment goes back, and the buyer is told why.", ".details", order_id=order_id)


class HeldOrdersView(OrderList):
    slug, title, group, allow = "held-orders", "Held orders", "Money", USERS
    lead = "Payments that are not what was asked for. Nobody is enrolled before an administrator has decided."
    collection = orders
    named_by = "_id"
    where = {"state": "review"}
    columns = (
        Column("_id", "Order", text, link=True),
        Column("buyer.name", "Buyer"),
        Column("amount", "Asked for", money, sort=True),
        Column("heldReason", "What is wrong"),
        Column("createdAt", "Ordered", moment, sort=True),
    )
    stages = BUYER
    default_sort = ("createdAt", 1)
    empty = "No order waits for a decision."

    def waiting(self) -> int:
        return orders.count(self.where)


class LedgerView(OrderList):
    slug, title, group, allow = "ledger", "Ledger", "Money", USERS
    lead = "Money that really moved. Rows are added and never changed."
    collection = ledger
    columns = (
        Column("at", "When", moment, sort=True),
        Column("kind", "What", badge),
        Column("amount", "Amount", money, sort=True),
        Column("buyer.name", "Buyer"),
        Column("order", "Order", text, link=True),
        Column("payment", "Payment"),
    )
    stages = BUYER
    filters = (OneOf("kind", "What", ("capture", "refund", "dispute")), Between("at", "When"))
    default_sort = ("at", -1)
    search_hint = SEARCH


class DisputesView(OrderList):
    slug, title, group, allow = "disputes", "Disputes", "Money", USERS
    lead = "Payments that a buyer's bank takes back, or wants to. They are answered in the gateway's dashboard."
    collection = disputes
    columns = (
        Column("openedAt", "Raised", moment, sort=True),
        Column("order", "Order", text, link=True),
        Column("amount", "Amount", money, sort=True),
        Column("state", "State", badge),
        Column("deducted", "Taken", money),
        Column("phase", "Phase"),
        Column("reason", "Reason"),
        Column("answerBy", "Answer by", moment),
    )
    filters = (OneOf("state", "State", DISPUTE_STATES), Between("openedAt", "Raised"))
    default_sort = ("openedAt", -1)
    search_hint = SEARCH
    empty = "No bank has taken anything back."

    def waiting(self) -> int:
        return disputes.count({"state": {"$in": TO_ANSWER}})


class RefundsView(OrderList):
    slug, title, group, allow = "refunds", "Refunds", "Money", USERS
    collection = refund_rows
    columns = (
        Column("createdAt", "Asked for", moment, sort=True),
        Column("order", "Order", text, link=True),
        Column("amount", "Amount", money, sort=True),
        Column("state", "State", badge),
        Column("cause", "Cause", badge),
        Column("reason", "Reason"),
        Column("failure", "What failed"),
        Column("staff.name", "By"),
        Column("processedAt", "Paid out", moment),
    )
    stages = lookup("users", "by", "staff", {"name": NAME})
    filters = (
        OneOf("state", "State", REFUND_STATES),
        OneOf("cause", "Cause", REFUND_CAUSES),
        Between("createdAt", "Asked for"),
    )
    default_sort = ("createdAt", -1)
    search_hint = SEARCH
