"""A stand-in for the part of Razorpay's HTTP API that is used here: orders, payments, refunds, disputes.

The refusals are worded as Razorpay's. What happens outside the API (a customer pays, a bank gives money back) is in
`razorpay_customer`.
"""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from lms.sandbox import razorpay_store as store
from lms.sandbox.razorpay_behaviour import answer_of_the_dead, behaviour, misbehave, parsed, refused
from lms.sandbox.razorpay_entities import Document, Refused, Unknown, collection, shown
from lms.sandbox.razorpay_webhooks import publish
from lms.services.payments.razorpay import REFUND_KEY, SANDBOX

bp = Blueprint("sandbox_razorpay", __name__, url_prefix="/sandbox/razorpay/v1")
bp.before_request(answer_of_the_dead)
bp.before_request(store.prepare)
bp.after_request(misbehave)
bp.register_error_handler(Refused, refused)

LEAST_AMOUNT = 100
MOST_AMOUNT = 2**53
MOST_NOTES, NOTE_CHARACTERS = 15, 256
MOST_ITEMS, USUAL_ITEMS = 100, 10


class Wanted(BaseModel):
    """A body of the API; what is sent beside these fields makes no difference here."""

    model_config = ConfigDict(strict=True)

    receipt: str | None = Field(None, max_length=40)
    notes: dict[str, str] = Field({}, max_length=MOST_NOTES)

    @field_validator("notes", mode="before")
    @classmethod
    def _no_notes(cls, notes: Any) -> Any:
        return {} if notes in ([], None) else notes

    @field_validator("notes")
    @classmethod
    def _short(cls, notes: dict[str, str]) -> dict[str, str]:
        if any(len(text) > NOTE_CHARACTERS or "\0" in text for pair in notes.items() for text in pair):
            raise ValueError(f"notes may have {NOTE_CHARACTERS} characters each")
        return notes


class WantedOrder(Wanted):
    amount: int = Field(le=MOST_AMOUNT)
    currency: str = Field(pattern="^[A-Z]{3}$")


class WantedCapture(Wanted):
    amount: int
    currency: str = "INR"


class WantedRefund(Wanted):
    amount: int | None = Field(None, le=MOST_AMOUNT)


@bp.before_request
def check_keys() -> None:
    """Refuse who does not hold the account's keys ("Authentication")."""
    given = request.authorization
    key, secret = (given.username, given.password) if given is not None and given.type == "basic" else (None, None)
    if not _same(key, SANDBOX.key_id) & _same(secret, SANDBOX.key_secret):
        raise Refused("Authentication failed", 401)


@bp.post("/orders")
def create_order() -> Response:
    wanted = parsed(WantedOrder)
    if wanted.amount < LEAST_AMOUNT:
        raise Refused("Order amount less than minimum amount allowed", field="amount")
    once = behaviour().receipts_once
    made = store.create_order(wanted.amount, wanted.currency, wanted.receipt, wanted.notes, once)
    return jsonify(shown(made))


@bp.get("/orders")
def orders() -> Response:
    """The newest orders, or those made with one receipt ("Fetch All Orders")."""
    return _listed("Orders", {name: request.args[name] for name in ("receipt",) if name in request.args})


@bp.get("/orders/<order_id>")
def order(order_id: str) -> Response:
    return jsonify(shown(store.one("Orders", order_id)))


@bp.get("/orders/<order_id>/payments")
def payments_of_order(order_id: str) -> Response:
    store.one("Orders", order_id)
    return jsonify(collection(store.several("Payments", {"order_id": order_id})))


@bp.get("/payments")
def payments() -> Response:
    return _listed("Payments", {})


@bp.get("/payments/<payment_id>")
def payment(payment_id: str) -> Response:
    return jsonify(shown(store.one("Payments", payment_id)))


@bp.post("/payments/<payment_id>/capture")
def capture(payment_id: str) -> Response:
    wanted = parsed(WantedCapture)
    order, payment = store.capture(payment_id, wanted.amount, wanted.currency)
    publish(("payment.captured", {"payment": payment}), ("order.paid", {"payment": payment, "order": order}))
    return jsonify(shown(payment))


@bp.post("/payments/<payment_id>/refund")
def refund(payment_id: str) -> Response:
    """Give all or a part back, once for each idempotency key ("Create a Normal Refund (Idempotent Request)")."""
    wanted, key = parsed(WantedRefund), request.headers.get("X-Refund-Idempotency")
    if key is not None and REFUND_KEY.fullmatch(key) is None:
        raise Refused("The idempotency key must be at least 10 characters long")
    if wanted.amount is not None and wanted.amount < LEAST_AMOUNT:
        raise Refused("The amount must be at least INR 1.00", field="amount")
    status = "pending" if behaviour().refunds_pending else "processed"
    made, payment = store.refund(payment_id, wanted.model_dump(), status, key)
    if payment is not None:
        about = {"refund": made, "payment": payment}
        names = ["refund.created"] if status == "pending" else ["refund.created", "refund.processed"]
        publish(*((name, about) for name in names))
    return jsonify(shown(made))


@bp.get("/payments/<payment_id>/refunds")
def refunds_of_payment(payment_id: str) -> Response:
    store.one("Payments", payment_id)
    return _listed("Refunds", {"payment_id": payment_id})


@bp.get("/payments/<payment_id>/refunds/<refund_id>")
def refund_of_payment(payment_id: str, refund_id: str) -> Response:
    found = store.one("Refunds", refund_id)
    if found["payment_id"] != payment_id:
        raise Unknown
    return jsonify(shown(found))


@bp.get("/refunds")
def refunds() -> Response:
    """The newest refunds, or those made since a moment ("Fetch All Refunds")."""
    return _listed("Refunds", {"created_at": {"$gte": _number("from", 0)}})


@bp.get("/disputes/<dispute_id>")
def one_dispute(dispute_id: str) -> Response:
    return jsonify(shown(store.one("Disputes", dispute_id)))


@bp.get("/refunds/<refund_id>")
def one_refund(refund_id: str) -> Response:
    return jsonify(shown(store.one("Refunds", refund_id)))


def _same(given: str | None, ours: str) -> bool:
    return hmac.compare_digest((given or "").encode(), ours.encode())


def _listed(name: str, where: Document) -> Response:
    """A page of the list: ten from the newest on, unless told otherwise."""
    count, skip = _number("count", USUAL_ITEMS), _number("skip", 0)
    if not 1 <= count <= MOST_ITEMS:
        raise Refused(f"The count must be between 1 and {MOST_ITEMS}.", field="count")
    return jsonify(collection(store.several(name, where, count, skip)))


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name)
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdigit() and len(given) < 11):
        raise Refused(f"The {name} must be an integer.", field=name)
    return int(given)
