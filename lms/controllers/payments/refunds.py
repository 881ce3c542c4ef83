"""Giving money back, as staff or the rules decide: once, whatever dies meanwhile."""

from collections import Counter
from datetime import datetime

import structlog
from bson import ObjectId

from lms.controllers.certificates import decisions as certificate_decisions
from lms.controllers.payments import invoices
from lms.jobs.payments import receipts
from lms.jobs.payments import refunds as jobs
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.disputes import disputes
from lms.models.payments.ledger import Booked, ledger, shares
from lms.models.payments.orders import PAID, Line, Order, orders
from lms.models.payments.refunds import (
    BESIDE_THE_ORDER,
    MADE_AT_THE_GATEWAY,
    NOT_SET_ASIDE,
    Asker,
    Refund,
    RefundCause,
    RefundedLine,
    named_lines,
    refunds,
)
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import LEAST_PAISE, GatewayRefund, GatewayRefused

log = structlog.get_logger("refunds")

NOBODY: Asker = {"by": None}


def left_of_lines(order: Order) -> Counter[ObjectId]:
    """What arrived for each course of an order, less what went or is on its way back for it by name, in paise."""
    left = ledger.net_of_order(order["_id"])
    left.subtract(refunds.pending_by_course(order["_id"]))
    return left


def give_back(
    order: Order,
    amount: int,
    cause: RefundCause,
    reason: str,
    course: ObjectId | None = None,
    payment: str | None = None,
    asker: Asker = NOBODY,
    lines: list[RefundedLine] | None = None,
) -> ObjectId | None:
    """Set an amount aside and promise its refund; none when more would go back than was paid. Part of a transaction."""
    if cause not in BESIDE_THE_ORDER and orders.reserve_refund(order["_id"], amount) is None:
        return None
    refund_id = refunds.add(
        {
            "order": order["_id"],
            "payment": payment or order["razorpayPaymentId"],
            "amount": amount,
            "course": course,
            "cause": cause,
            "reason": reason,
            **asker,
            **({"lines": lines} if lines else {}),  # type: ignore[typeddict-item]
        }
    )
    jobs.send.promise(refund_id)
    return refund_id


def send(refund_id: ObjectId) -> None:
    """Ask the gateway for a refund, or how it stands; its id is the key, so that asking twice pays once."""
    refund = refunds.get({"_id": refund_id, "state": "pending"})
    if refund is None:
        return
    try:
        answer = _answer_to(refund)
    except GatewayRefused as error:
        _fail(refund, str(error))
    else:
        note(refund, answer)


def _answer_to(refund: Refund) -> GatewayRefund:
    """How it stands; asked for unless the gateway has made it, for a repeated request need not tell what came of it."""
    if "razorpayRefundId" in refund and (made := _made(refund)):
        return made
    if refund["cause"] in MADE_AT_THE_GATEWAY:
        raise GatewayRefused("The gateway knows it no longer.")
    key, notes = str(refund["_id"]), {"order": str(refund["order"])}
    try:
        return razorpay.refund(refund["payment"], refund["amount"], key, notes)
    except GatewayRefused:
        if made := _made(refund):
            return made
        raise


def _made(refund: Refund) -> GatewayRefund | None:
    names = {str(refund["_id"]), refund.get("razorpayRefundId")}
    return next((each for each in razorpay.refunds_of(refund["payment"]) if names & {each.key, each.id} - {None}), None)


def note(refund: Refund, answer: GatewayRefund) -> None:
    """Take in what the gateway says of a refund, which may be that it has not been paid out yet."""
    if answer.status == "failed":
        _fail(refund, "The gateway could not pay it out.")
    elif answer.status == "processed":
        _complete(refund["_id"], answer.id, now())
    else:
        refunds.update({"_id": refund["_id"]}, {"$set": {"razorpayRefundId": answer.id}})


@transactional
def _fail(refund: Refund, failure: str) -> None:
    """Leave it to staff, and let the amount be given back in another way."""
    if refunds.settle(refund["_id"], "failed", {"failure": failure}) and refund["cause"] not in NOT_SET_ASIDE:
        orders.release_refund(refund["order"], refund["amount"])
    log.error("refund_failed", refund=str(refund["_id"]), reason=failure)


@transactional
def _complete(refund_id: ObjectId, razorpay_refund_id: str, moment: datetime) -> None:
    """Book a refund that was paid out, once: the ledger, the order, the enrolments, the credit note."""
    refund = refunds.settle(refund_id, "processed", {"razorpayRefundId": razorpay_refund_id, "processedAt": moment})
    order = orders.get({"_id": refund["order"]}) if refund else None
    if refund is None or order is None:
        return
    parts = [] if refund["cause"] in BESIDE_THE_ORDER else _parts(order, refund)
    ledger.add("refund", razorpay_refund_id, -refund["amount"], _booked(order, refund, parts))
    if refund["cause"] not in BESIDE_THE_ORDER:
        _move_order(order, refund)
        invoices.credit(order, refund, parts)
        receipts.mail_refund.promise(refund_id)


def _parts(order: Order, refund: Refund) -> list[tuple[Line, int]]:
    """How much goes back for which line: as named, else by what is left of each, so that none goes below nothing."""
    if named := named_lines(refund):
        return [(line, named[line["course"]]) for line in order["lines"] if line["course"] in named]
    left = left_of_lines(order)
    parts = shares(refund["amount"], [left[line["course"]] for line in order["lines"]])
    return [(line, part) for line, part in zip(order["lines"], parts, strict=True) if part]


def _booked(order: Order, refund: Refund, parts: list[tuple[Line, int]]) -> Booked:
    return {
        "order": order["_id"],
        "user": order["user"],
        "payment": refund["payment"],
        "currency": order["currency"],
        "lines": [
            {"course": line["course"], "instructor": line["instructor"], "amount": -part} for line, part in parts
        ],
    }


def _move_order(order: Order, refund: Refund) -> None:
    """Lines went back by name, or all there was: then their enrolments end, and progress is kept.

    All there was is also an amount that leaves less than can go back.
    """
    named, left = named_lines(refund), order["amount"] - refunds.paid_out(order["_id"]) - disputes.taken(order["_id"])
    whole = left <= 0 or (not named and left < LEAST_PAISE)
    state = "refunded" if whole else "partly_refunded"
    orders.update({"_id": order["_id"], "state": {"$in": PAID}}, {"$set": {"state": state}})
    end_enrolments(order, [line for line in order["lines"] if whole or line["course"] in named])


def end_enrolments(order: Order, lines: list[Line]) -> None:
    """End what these lines of an order opened, where it is still theirs through it; part of a transaction.

    Certificates of those courses wait for a decision, also of who had left them. What was bought by another order, too,
    as with an account that was merged, goes on by that one.
    """
    for line in lines:
        if _goes_on(order, line):
            continue
        before = enrollments.end(order["user"], line["course"], order["_id"])
        if before == "active":
            courses.count_student(line["course"], -1)
        if before is not None:
            certificate_decisions.suspend_refunded(order["user"], line["course"])


def _goes_on(order: Order, line: Line) -> bool:
    """Whether another order of theirs, whose money is here, is what keeps the course open now."""
    course_id = line["course"]
    where = {"user": order["user"], "_id": {"$ne": order["_id"]}, "state": {"$in": PAID}, "lines.course": course_id}
    for other in orders.find(where, sort=[("createdAt", 1)]):
        amount = left_of_lines(other)[course_id]
        if amount > 0:
            return enrollments.carry(order["user"], course_id, order["_id"], other["_id"], amount)
    return False
