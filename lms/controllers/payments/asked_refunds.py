"""What staff ask to be given back: all that is left of an order, lines of it, or an amount; each request once."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import refunds as refunds_controller
from lms.errors import (
    ChangedMeanwhile,
    CourseTwice,
    IdempotencyConflict,
    LineNotInOrder,
    NotPaid,
    OrderNotFound,
    RefundLeavesTooLittle,
    RefundRepeated,
    RefundTooLarge,
    RefundTooSmall,
    Refusal,
)
from lms.models import actors
from lms.models.payments.orders import Order, named, orders, was_paid
from lms.models.payments.refunds import Asker, RefundedLine, refunds
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.payments.orders import RefundIn
from lms.services.payments.razorpay import LEAST_PAISE


def start(form: RefundIn, seen: int | None = None, idempotency_key: str | None = None) -> dict[str, Any]:
    """Set the amount aside and promise its refund; the learner has it once the gateway has paid it out.

    `seen` is what had gone back of the order, in paise, on the page where it was decided.
    The same key is the same refund.
    """
    if known := _known(form, idempotency_key):
        return known
    try:
        return _start(form, seen, idempotency_key)
    except (DuplicateKeyError, Refusal):
        if known := _known(form, idempotency_key):
            return known
        raise


def _known(form: RefundIn, idempotency_key: str | None) -> dict[str, Any] | None:
    """The refund that was made with this key; another request under it is refused."""
    if idempotency_key is None:
        return None
    refund = refunds.get({"by": actors.actor().id, "idempotencyKey": idempotency_key})
    if refund is None:
        return None
    if refund.get("asked") != _hash(form):
        raise IdempotencyConflict("This Idempotency-Key was used for another refund.")
    return {"id": refund["_id"], "amount": refund["amount"], "state": refund["state"]}


def _hash(form: RefundIn) -> str:
    return hashlib.sha256(form.model_dump_json().encode()).hexdigest()


@transactional
def _start(form: RefundIn, seen: int | None, idempotency_key: str | None) -> dict[str, Any]:
    order = orders.get(named(form.order_id))
    if order is None:
        raise OrderNotFound
    if not was_paid(order):
        raise NotPaid
    if seen is not None and order["refunded"] != seen:
        raise ChangedMeanwhile
    lines = _chosen_lines(order, form.lines) if form.lines else None
    amount = _amount(order, form, lines)
    unsure = form.amount is not None and seen is None and idempotency_key is None
    if unsure and refunds.asked_just_now(order["_id"], amount):
        raise RefundRepeated
    _require_possible(order, amount, lines is not None)
    by: Asker = {"by": actors.actor().id}
    if idempotency_key is not None:
        by |= {"idempotencyKey": idempotency_key, "asked": _hash(form)}
    refund_id = refunds_controller.give_back(order, amount, "staff", form.reason, asker=by, lines=lines)
    if refund_id is None:
        raise RefundTooLarge
    after = {"refunded": order["refunded"] + amount, **({"lines": lines} if lines else {})}
    audit_log.record("order.refund", orders.subject(order), {"refunded": order["refunded"]}, after, form.reason)
    return {"id": refund_id, "amount": amount, "state": "pending"}


def _amount(order: Order, form: RefundIn, lines: list[RefundedLine] | None) -> int:
    if lines:
        return sum(line["amount"] for line in lines)
    return form.amount if form.amount is not None else order["amount"] - order["refunded"]


def _require_possible(order: Order, amount: int, by_lines: bool) -> None:
    """The gateway gives back one rupee at least: less than that can neither be asked for nor be left of an amount."""
    left = order["amount"] - order["refunded"]
    if not 0 < amount <= left:
        raise RefundTooLarge
    if amount < LEAST_PAISE:
        raise RefundTooSmall
    if not by_lines and 0 < left - amount < LEAST_PAISE:
        raise RefundLeavesTooLittle


def _chosen_lines(order: Order, named: list[ObjectId]) -> list[RefundedLine]:
    """All that is left of the lines of these courses; raises where one is not of the order or nothing is left of it."""
    left, counts, sold = (
        refunds_controller.left_of_lines(order),
        Counter(named),
        {line["course"] for line in order["lines"]},
    )
    wrong: tuple[tuple[type[Refusal], str, Callable[[ObjectId], bool]], ...] = (
        (LineNotInOrder, "This course is not in the order.", lambda course: course not in sold),
        (CourseTwice, "This course is named twice.", lambda course: counts[course] > 1),
        (RefundTooLarge, "Nothing is left of this line to give back.", lambda course: left[course] <= 0),
    )
    for refusal, sentence, is_wrong in wrong:
        if errors := {f"lines.{place}": sentence for place, course in enumerate(named) if is_wrong(course)}:
            raise refusal(errors=errors)
    return [{"course": course, "amount": left[course]} for course in named]
