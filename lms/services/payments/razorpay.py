"""The door to the payment gateway: Razorpay, or the sandbox's stand-in where no keys are set.

Amounts are whole paise. Every function that asks the gateway raises GatewayUnavailable within ten seconds when there
is no answer (it may have done what it was asked), and GatewayRefused when the answer is no.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from razorpay import Client

from lms.services.payments.razorpay_http import SANDBOX, GatewayRefused, NoAnswer, account, ask

__all__ = ["SANDBOX", "GatewayRefused"]

PAYMENT_ID = re.compile(r"pay_[A-Za-z0-9]{1,40}", re.ASCII)
REFUND_KEY = re.compile(r"[A-Za-z0-9_-]{10,40}", re.ASCII)
UNKNOWN_ID = re.compile(r"id provided does not exist|not a valid id", re.IGNORECASE)
MOST_ITEMS = 100
LEAST_PAISE = 100
"""The least that the gateway takes, and gives back at a time ("Create an Order", "Create a Normal Refund")."""


class Entity(BaseModel):
    """What is read of one of the gateway's entities; a field of another type is no answer."""

    model_config = ConfigDict(frozen=True, strict=True, validate_by_name=True, validate_by_alias=True)

    id: str
    amount: int
    currency: str
    status: str
    created_at: int


class GatewayOrder(Entity):
    """`status` is created, attempted or paid."""

    amount_paid: int
    receipt: str | None = None


class Payment(Entity):
    """`status` is created, authorized, captured, refunded or failed; `error` says why it failed.

    `fee` is what the gateway keeps, with the tax on it; a `fee_bearer` that is the customer has paid it on top.
    """

    order_id: str | None = None
    captured: bool
    amount_refunded: int
    fee: int | None = None
    fee_bearer: str | None = None
    method: str | None = None
    email: Any = None
    contact: Any = None
    error: str | None = Field(None, validation_alias="error_description")


class GatewayRefund(Entity):
    """`status` is pending, processed or failed; `key` is the one it was asked for with."""

    payment_id: str
    key: str | None = Field(None, validation_alias="receipt")


class GatewayDispute(Entity):
    """`status` is open, under_review, action_required, won, closed or lost: then there is an `amount_deducted`."""

    payment_id: str
    amount_deducted: int = 0
    phase: str = ""
    reason_code: str | None = None
    reason_description: str | None = None
    respond_by: int | None = None


def key_id() -> str:
    """The public half of the key, which a browser's checkout is opened with."""
    return account().key_id


def webhook_secret() -> str:
    return account().webhook_secret


def create_order(amount: int, currency: str, receipt: str, notes: dict[str, str]) -> str:
    """The id of a new order; most accounts make another for a receipt that was used, some refuse it.

    Razorpay, "Payment Capture Settings": what is not captured is given back after some days.
    """
    wanted = {"amount": amount, "currency": currency, "receipt": receipt}
    fields = {**wanted, "notes": notes, "payment_capture": True}

    def question(client: Client) -> str:
        found = client.order.create(fields)
        if any(found[name] != value for name, value in wanted.items()):
            raise NoAnswer("an order other than what was asked for")
        return GatewayOrder.model_validate(found).id

    return ask(question)


def order(order_id: str) -> GatewayOrder:
    """The gateway's order as it is now."""
    path = quote(order_id, safe="")
    return ask(lambda client: GatewayOrder.model_validate(client.order.fetch(path)))


def order_by_receipt(receipt: str) -> GatewayOrder | None:
    """The order made with this receipt; of several, which most accounts allow, the one paid, else the oldest."""
    query = {"receipt": receipt, "count": MOST_ITEMS}
    found = ask(lambda client: [GatewayOrder.model_validate(item) for item in client.order.all(query)["items"]])
    orders = [order for order in reversed(found) if order.receipt == receipt]  # it lists the newest first
    return min(orders, key=lambda order: (order.status != "paid", order.created_at), default=None)


def payments_of(order_id: str) -> list[Payment]:
    """Every attempt to pay the order."""
    path = quote(order_id, safe="")
    return ask(lambda client: [Payment.model_validate(item) for item in client.order.payments(path)["items"]])


def payment(payment_id: str) -> Payment | None:
    """The payment as it is now; nothing when the gateway knows none by this id."""
    if PAYMENT_ID.fullmatch(payment_id) is None:
        return None

    def question(client: Client) -> Payment:
        found = Payment.model_validate(client.payment.fetch(payment_id))
        if found.id != payment_id:
            raise NoAnswer("another payment")
        return found

    try:
        return ask(question)
    except GatewayRefused as refusal:
        if UNKNOWN_ID.search(str(refusal)):
            return None
        raise


def capture(payment_id: str, amount: int, currency: str) -> Payment:
    """Take a payment that was authorised for this amount; refused when it is captured already ("Capture a Payment")."""
    path = quote(payment_id, safe="")
    return ask(lambda client: Payment.model_validate(client.payment.capture(path, amount, {"currency": currency})))


def refund(payment_id: str, amount: int, key: str, notes: dict[str, str]) -> GatewayRefund:
    """Give money back; asked again with the same key, payment, amount and notes it is the same refund.

    Razorpay, "Create a Normal Refund (Idempotent Request)": ten or more letters, digits, hyphens and underscores.
    """
    if REFUND_KEY.fullmatch(key) is None:
        raise ValueError(f"{key!r} cannot be an idempotency key")
    path, headers = quote(payment_id, safe=""), {"X-Refund-Idempotency": key}
    fields = {"amount": amount, "speed": "normal", "receipt": key, "notes": {**notes, "key": key}}
    return ask(lambda client: GatewayRefund.model_validate(client.payment.refund(path, fields, headers=headers)))


def refunds_of(payment_id: str) -> list[GatewayRefund]:
    """Every refund of the payment, whatever became of it."""
    return ask(lambda client: [GatewayRefund.model_validate(item) for item in _refunds(client, payment_id)])


def refunds_since(moment: datetime) -> list[GatewayRefund]:
    """Every refund of the account that was made since then (UTC), whoever asked for it."""
    since = int(moment.replace(tzinfo=UTC).timestamp())

    def page_of(client: Client, skip: int) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.refund.all({"from": since, "count": MOST_ITEMS, "skip": skip})["items"]
        return items

    return ask(lambda client: [GatewayRefund.model_validate(item) for item in _pages(partial(page_of, client))])


def dispute(dispute_id: str) -> GatewayDispute:
    """The dispute as it is now; GatewayRefused also where the account may not ask about disputes."""
    path = quote(dispute_id, safe="")
    return ask(lambda client: GatewayDispute.model_validate(client.dispute.fetch(path)))


def payment_signature_holds(order_id: str, payment_id: str, signature: str) -> bool:
    """Whether the gateway says that this payment is one of this order ("Verify Payment Signature").

    `order_id` has to be the one stored here; one that came with the signature proves nothing.
    """
    return _holds(account().key_secret, _bytes(f"{order_id}|{payment_id}"), signature)


def webhook_signature_holds(body: bytes, signature: str) -> bool:
    """Whether the gateway sent exactly these bytes ("Validate and Test Webhooks")."""
    return _holds(webhook_secret(), body, signature)


def _holds(secret: str, message: bytes, signature: str) -> bool:
    """Nothing holds without a secret, which anybody could sign with."""
    ours = hmac.new(_bytes(secret), message, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(_bytes(ours), _bytes(signature))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _refunds(client: Client, payment_id: str) -> Iterator[dict[str, Any]]:
    """All of them, a hundred at a time ("Fetch Multiple Refunds for a Payment": ten unless told)."""
    path = quote(payment_id, safe="")

    def page_of(skip: int) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = client.payment.fetch_multiple_refund(path, {"count": MOST_ITEMS, "skip": skip})[
            "items"
        ]
        return items

    return _pages(page_of)


def _pages(page_of: Callable[[int], list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """What a list has in all, a hundred at a time."""
    skip = 0
    while items := page_of(skip):
        yield from items
        if len(items) < MOST_ITEMS:
            return
        skip += MOST_ITEMS
