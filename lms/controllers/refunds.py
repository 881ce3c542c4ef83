"""Staff giving money back."""

from typing import Any

from bson import ObjectId

from lms.controllers.orders import named
from lms.errors import NotPaid, OrderNotFound, RefundTooLarge
from lms.jobs import refunds as jobs
from lms.models.base import transactional
from lms.models.orders import orders, was_paid
from lms.models.sessions import Caller
from lms.schemas.orders import RefundIn


def start(caller: Caller, form: RefundIn) -> dict[str, Any]:
    """Set the amount aside and promise its refund; the learner has it once the gateway has paid it out."""
    return _start(caller.id, form)


@transactional
def _start(by: ObjectId, form: RefundIn) -> dict[str, Any]:
    order = orders.get(named(form.order_id))
    if order is None:
        raise OrderNotFound
    if not was_paid(order):
        raise NotPaid
    amount = form.amount if form.amount is not None else order["amount"] - order["refunded"]
    refund_id = jobs.give_back(order, amount, "staff", form.reason, by=by) if amount > 0 else None
    if refund_id is None:
        raise RefundTooLarge
    return {"id": refund_id, "amount": amount, "state": "pending"}
