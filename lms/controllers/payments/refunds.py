"""Staff giving money back."""

from typing import Any

from lms.controllers.payments.orders import named
from lms.errors import ChangedMeanwhile, NotPaid, OrderNotFound, RefundTooLarge
from lms.jobs.payments import refunds as jobs
from lms.models import actors
from lms.models.base import transactional
from lms.models.payments.orders import orders, was_paid
from lms.models.system.audit_log import audit_log
from lms.schemas.payments.orders import RefundIn


@transactional
def start(form: RefundIn, seen: int | None = None) -> dict[str, Any]:
    """Set the amount aside and promise its refund; the learner has it once the gateway has paid it out.

    `seen` is what had gone back of the order, in paise, on the page where it was decided.
    """
    order = orders.get(named(form.order_id))
    if order is None:
        raise OrderNotFound
    if not was_paid(order):
        raise NotPaid
    if seen is not None and order["refunded"] != seen:
        raise ChangedMeanwhile
    amount = form.amount if form.amount is not None else order["amount"] - order["refunded"]
    refund_id = jobs.give_back(order, amount, "staff", form.reason, by=actors.actor().id) if amount > 0 else None
    if refund_id is None:
        raise RefundTooLarge
    after = {"refunded": order["refunded"] + amount}
    audit_log.record("order.refund", orders.subject(order), {"refunded": order["refunded"]}, after, form.reason)
    return {"id": refund_id, "amount": amount, "state": "pending"}
