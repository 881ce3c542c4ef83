"""What Razorpay answers look like ("Orders Entity", "Payments Entity", "Refund Entity", "About Errors")."""

import secrets
import string
import time
from collections.abc import Iterable, Mapping
from typing import Any

Document = dict[str, Any]

LETTERS = "".join(sorted(string.ascii_letters + string.digits))
METHODS = ("upi", "card", "netbanking", "wallet")


class Refused(Exception):
    """A request that Razorpay would not take."""

    def __init__(self, sentence: str, status: int = 400, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.status, self.field = sentence, status, field

    def as_json(self) -> Document:
        details = {"source": "business", "step": "payment_initiation", "reason": "input_validation_failed"}
        named = {"field": self.field} if self.field else {}
        return {
            "error": {"code": "BAD_REQUEST_ERROR", "description": self.sentence, **details, "metadata": {}, **named}
        }


class Unknown(Refused):
    """There is nothing by this id."""

    def __init__(self) -> None:
        super().__init__("The id provided does not exist")


def new_id(prefix: str) -> str:
    """Fourteen letters, which sort by the microsecond they were made in as the gateway's do by their time."""
    stamp, letters = time.time_ns() // 1000, ""
    for _ in range(9):
        stamp, digit = divmod(stamp, len(LETTERS))
        letters = LETTERS[digit] + letters
    return prefix + letters + "".join(secrets.choice(LETTERS) for _ in range(5))


def shown(document: Mapping[str, Any]) -> Document:
    """A stored document as the API answers it; no notes are an empty list, as PHP writes an empty array."""
    fields = {name: value for name, value in document.items() if name not in ("_id", "private")}
    notes = {"notes": document["notes"] or []} if "notes" in document else {}
    return {"id": document["_id"], **fields, **notes}


def collection(documents: Iterable[Mapping[str, Any]]) -> Document:
    items = [shown(document) for document in documents]
    return {"entity": "collection", "count": len(items), "items": items}


def new_order(amount: int, currency: str, receipt: str | None, notes: dict[str, str]) -> Document:
    return {
        "_id": new_id("order_"),
        "entity": "order",
        "amount": amount,
        "amount_paid": 0,
        "amount_due": amount,
        "currency": currency,
        "receipt": receipt,
        "offer_id": None,
        "status": "created",
        "attempts": 0,
        "notes": notes,
        "created_at": int(time.time()),
    }


def new_payment(order: Document, payer: dict[str, str], status: str, fee_bearer: str = "platform") -> Document:
    """One attempt to pay the order; a customer who bears the fee pays it on top ("Customer Fee Bearer")."""
    on_top = {"fee_bearer": fee_bearer} if fee_bearer == "customer" else {}
    payment = {
        "_id": new_id("pay_"),
        "entity": "payment",
        "amount": order["amount"] + (sum(fee_of(order["amount"])) if on_top else 0),
        "currency": order["currency"],
        "status": status,
        "order_id": order["_id"],
        "invoice_id": None,
        "international": False,
        "method": payer.get("method", "upi"),
        "amount_refunded": 0,
        "refund_status": None,
        "captured": False,
        "description": payer.get("description"),
        "card_id": None,
        "bank": None,
        "wallet": None,
        "vpa": "success@razorpay",
        "email": payer.get("email"),
        "contact": payer.get("contact"),
        "notes": order["notes"],
        "fee": None,
        "tax": None,
        **(FAILURE if status == "failed" else dict.fromkeys(FAILURE)),
        "acquirer_data": {"rrn": None},
        "created_at": int(time.time()),
        **on_top,
    }
    return payment | captured(order["amount"]) if status == "captured" else payment


FAILURE: Document = {
    "error_code": "BAD_REQUEST_ERROR",
    "error_description": "Your payment was declined by your bank. Try another payment method.",
    "error_source": "bank",
    "error_step": "payment_authorization",
    "error_reason": "payment_failed",
}


def fee_of(amount: int) -> tuple[int, int]:
    """What Razorpay keeps of an order's amount: two per cent, and the tax on them."""
    fee = amount * 2 // 100
    return fee, fee * 18 // 100


def captured(amount: int) -> Document:
    """What its capture changes of a payment of an order of this amount."""
    fee, tax = fee_of(amount)
    return {"status": "captured", "captured": True, "fee": fee + tax, "tax": tax}


def refunded(payment: Document, amount_refunded: int) -> Document:
    """What a payment is when so much of it has been given back ("Issue Refunds")."""
    whole = amount_refunded == payment["amount"]
    return {
        "amount_refunded": amount_refunded,
        "refund_status": "full" if whole else "partial" if amount_refunded else None,
        "status": "refunded" if whole else "captured",
    }


def new_dispute(payment: Document, amount: int) -> Document:
    """What a bank raises against a payment ("Disputes Entity")."""
    return {
        "_id": new_id("disp_"),
        "entity": "dispute",
        "payment_id": payment["_id"],
        "amount": amount,
        "currency": payment["currency"],
        "amount_deducted": 0,
        "reason_code": "goods_or_services_not_received_or_partially_received",
        "reason_description": "Product/Service not received",
        "respond_by": int(time.time()) + 7 * 86_400,
        "status": "open",
        "phase": "chargeback",
        "created_at": int(time.time()),
    }


def new_refund(payment: Document, amount: int, receipt: str | None, notes: dict[str, str], status: str) -> Document:
    return {
        "_id": new_id("rfnd_"),
        "entity": "refund",
        "amount": amount,
        "currency": payment["currency"],
        "payment_id": payment["_id"],
        "notes": notes,
        "receipt": receipt,
        "acquirer_data": {"arn": None},
        "created_at": int(time.time()),
        "batch_id": None,
        "status": status,
        "speed_processed": "normal",
        "speed_requested": "normal",
    }
