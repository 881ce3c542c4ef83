"""Refunds that somebody made at the gateway itself, in its dashboard; they are booked here as our own are, once."""

from datetime import timedelta

import structlog
from pymongo.errors import DuplicateKeyError

from lms.controllers.payments import refunds as refund_controller
from lms.models.base import now
from lms.models.payments.ledger import LedgerRow, ledger
from lms.models.payments.orders import orders
from lms.models.payments.refunds import Refund, refunds
from lms.models.transactions import transactional
from lms.services.payments import razorpay
from lms.services.payments.razorpay import GatewayRefund

log = structlog.get_logger("refunds")

LOOKED_BACK = timedelta(days=3)
"""Longer than the gateway tries to deliver a webhook."""

REASON = "Given back at the payment gateway."


def find() -> None:
    """Book what was given back at the gateway in the last days without being asked for here."""
    for payment_id in sorted({each.payment_id for each in _foreign(razorpay.refunds_since(now() - LOOKED_BACK))}):
        look_at(payment_id)


def look_at(payment_id: str) -> bool:
    """Book what was given back of one payment without being asked for here; false when there is nothing to book."""
    captured = ledger.get({"_id": f"{payment_id}:capture"})
    payment = razorpay.payment(payment_id) if captured else None
    if captured is None or payment is None:
        return False
    foreign = _foreign(razorpay.refunds_of(payment_id))
    before = payment.amount - captured.get("fee", 0) - captured["amount"]
    booked = [_book(captured, each) for each in _made_after(foreign, before)]
    return any(booked)


def _foreign(made: list[GatewayRefund]) -> list[GatewayRefund]:
    """Those of the gateway's refunds that are not written down here, the oldest first; it lists the newest first."""
    known = refunds.known([each.id for each in made], [each.key for each in made if each.key])
    unknown = [each for each in made if not {each.id, each.key} & known and each.status != "failed"]
    unknown.reverse()
    return sorted(unknown, key=lambda each: each.created_at)


def _made_after(made: list[GatewayRefund], before: int) -> list[GatewayRefund]:
    """Those that came after the payment was booked for what was left of it: without the oldest, worth `before`."""
    later = []
    for each in made:
        if before > 0:
            before -= each.amount
        else:
            later.append(each)
    return later


def _book(captured: LedgerRow, answer: GatewayRefund) -> bool:
    """Write it down, and take in how it stands; false when somebody else has, or it does not fit the order yet."""
    try:
        refund = _write_down(captured, answer)
    except DuplicateKeyError:
        return False
    if refund is None:
        log.error("refund_does_not_fit", order=str(captured["order"]), refund=answer.id, amount=answer.amount)
        return False
    refund_controller.note(refund, answer)
    return True


@transactional
def _write_down(captured: LedgerRow, answer: GatewayRefund) -> Refund | None:
    """None while more would go back than was paid, as with a refund of ours that the gateway has yet to refuse."""
    paid_by = {"razorpayPaymentId": answer.payment_id, "paidAt": {"$exists": True}}
    own = orders.get({"_id": captured["order"], **paid_by}, {"_id": 1}) is not None
    amount = _without_fee(captured, answer)
    if own and orders.reserve_refund(captured["order"], amount) is None:
        return None
    refund_id = refunds.add(
        {
            "order": captured["order"],
            "payment": answer.payment_id,
            "amount": amount,
            "course": None,
            "cause": "gateway" if own else "gateway_beside",
            "reason": REASON,
            "by": None,
            "razorpayRefundId": answer.id,
        }
    )
    return refunds.get({"_id": refund_id})


def _without_fee(captured: LedgerRow, answer: GatewayRefund) -> int:
    """What of a refund was the school's, where the gateway gave its own fee back as well."""
    whole = captured["amount"] + captured.get("fee", 0)
    return captured["amount"] if answer.amount == whole else answer.amount
