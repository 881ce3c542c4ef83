"""Mailing learners what they bought and what went back to them."""

from bson import ObjectId

from lms.controllers.payments import invoices as invoice_controller
from lms.controllers.payments import outcomes
from lms.machinery.registry import job
from lms.mails.payments import receipts as mails
from lms.models.accounts.users import users
from lms.models.payments.invoices import invoices
from lms.models.payments.orders import UNPAID, orders
from lms.models.payments.refunds import refunds
from lms.models.system.audit_log import audit_log
from lms.services.system import mailer


@job(queue="mail", about=orders)
def mail_receipt(order_id: ObjectId) -> None:
    """Mail the receipt of an order, its invoice attached."""
    order = orders.get({"_id": order_id})
    buyer = users.by_id(order["user"]) if order else None
    invoice = invoices.get({"order": order_id, "kind": "invoice"})
    if order and buyer and invoice:
        mailer.send(mails.receipt(buyer, order, outcomes.of(order), invoice, invoice_controller.kept_pdf(invoice)))


@job(queue="mail", about=refunds)
def mail_refund(refund_id: ObjectId) -> None:
    """Tell a learner what went back, the credit note attached."""
    refund = refunds.get({"_id": refund_id})
    note = invoices.get({"refund": refund_id})
    buyer = users.by_id(note["user"]) if note else None
    order = orders.get({"_id": note["order"]}) if note else None
    if refund and note and buyer and order:
        mailer.send(mails.refunded(buyer, order, refund, note, invoice_controller.kept_pdf(note)))


@job(queue="mail", about=orders)
def mail_authorized(order_id: ObjectId) -> None:
    """Tell a learner that their bank authorised a payment which was not captured."""
    order = orders.get({"_id": order_id, "state": {"$in": UNPAID}})
    buyer = users.by_id(order["user"]) if order else None
    if order and buyer:
        mailer.send(mails.authorized(buyer, order))


@job(queue="mail", about=orders)
def mail_declined(order_id: ObjectId, audit_id: ObjectId) -> None:
    """Tell a learner that staff did not accept their payment, and why."""
    order, decision = orders.get({"_id": order_id}), audit_log.get({"_id": audit_id})
    buyer = users.by_id(order["user"]) if order else None
    if order and decision and buyer:
        refund = refunds.get({"order": order["_id"], "cause": "not_accepted"})
        mailer.send(mails.declined(buyer, order, refund, decision["reason"] or ""))
