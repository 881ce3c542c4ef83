"""What happens around Razorpay's API: customers pay in its checkout, banks give money back."""

import hashlib
import hmac
from pathlib import Path
from typing import Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from lms.sandbox import razorpay_store as store
from lms.sandbox.razorpay_behaviour import Body, behaviour, parsed, refused
from lms.sandbox.razorpay_entities import FAILURE, Document, Refused, shown
from lms.sandbox.razorpay_webhooks import publish
from lms.services.payments.razorpay import SANDBOX

bp = Blueprint("sandbox_razorpay_customer", __name__, url_prefix="/sandbox/razorpay")
bp.before_request(store.prepare)
bp.register_error_handler(Refused, refused)

CHECKOUT = Path(__file__).with_name("checkout.js")
EXTENSION = Path(__file__).with_name("checkout_extension")
"""What a browser can load so that a page that asks for Razorpay's script gets ours."""

Outcome = Literal["captured", "captured_silently", "authorized", "failed"]
STATUSES = {"captured_silently": "captured"}


class Attempt(Body):
    """What the checkout sends; `key` and `amount`, if sent, have to be the account's and the order's."""

    order_id: str
    outcome: Outcome
    key: str | None = None
    amount: int | None = None
    email: str | None = None
    contact: str | None = None
    method: Literal["upi", "card", "netbanking", "wallet"] = "upi"
    description: str | None = None


class Returned(Body):
    amount: int | None = Field(None, ge=1)


class Settled(Body):
    outcome: Literal["processed", "failed"]


class Decided(Body):
    outcome: Literal["won", "lost", "closed", "under_review", "action_required"]


@bp.get("/checkout.js")
def checkout() -> Response:
    """The script that a page loads in place of checkout.razorpay.com's."""
    script = CHECKOUT.read_text().replace("@SERVER@", request.host_url)
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/preferences")
def preferences() -> Response:
    """What the checkout shows of an order to whoever knows its id."""
    _check_key(request.args.get("key"))
    order = shown(store.one("Orders", request.args.get("order_id", "")))
    return jsonify({name: order[name] for name in ("id", "amount", "amount_due", "currency", "status")})


@bp.post("/pay")
def pay() -> Response:
    """Play the customer; the answer is what the checkout hands to the page, for a failure as for a success."""
    wanted = parsed(Attempt)
    _check_key(wanted.key)
    if wanted.amount is not None and wanted.amount != store.one("Orders", wanted.order_id)["amount"]:
        raise Refused("Your payment amount is different from your order amount.", field="amount")
    status = STATUSES.get(wanted.outcome, wanted.outcome)
    payer = wanted.model_dump(include={"email", "contact", "method", "description"}, exclude_none=True)
    told = behaviour()
    order, payment = store.attempt(wanted.order_id, status, payer, told.paid_twice, told.fee_bearer)
    _tell(order, payment, silent=wanted.outcome == "captured_silently")
    return jsonify(_failure(payment) if status == "failed" else _success(payment))


@bp.post("/payments/<payment_id>/refund")
def refund_in_the_dashboard(payment_id: str) -> Response:
    """Play the shop's owner, who gives a payment back in Razorpay's dashboard, all of it unless told a part."""
    asked: Document = {"amount": parsed(Returned).amount, "receipt": None, "notes": {}}
    status = "pending" if behaviour().refunds_pending else "processed"
    refund, payment = store.refund(payment_id, asked, status, None)
    names = ["refund.created"] if status == "pending" else ["refund.created", "refund.processed"]
    publish(*((name, {"refund": refund, "payment": payment}) for name in names if payment))
    return jsonify(shown(refund))


@bp.post("/payments/<payment_id>/dispute")
def dispute(payment_id: str) -> Response:
    """Play the buyer's bank, which takes the payment back, all of it unless told a part."""
    made, payment = store.dispute(payment_id, parsed(Returned).amount)
    publish(("payment.dispute.created", {"payment": payment, "dispute": made}))
    return jsonify(shown(made))


@bp.post("/disputes/<dispute_id>/settle")
def settle_dispute(dispute_id: str) -> Response:
    """Play the bank that has decided, or wants to know more."""
    outcome = parsed(Decided).outcome
    made, payment = store.settle_dispute(dispute_id, outcome)
    publish((f"payment.dispute.{outcome}", {"payment": payment, "dispute": made}))
    return jsonify(shown(made))


@bp.post("/refunds/<refund_id>/settle")
def settle_refund(refund_id: str) -> Response:
    """Play the bank that has, or has not, given a pending refund back."""
    outcome = parsed(Settled).outcome
    refund, payment = store.settle_refund(refund_id, outcome)
    publish((f"refund.{outcome}", {"refund": refund, "payment": payment}))
    return jsonify(shown(refund))


def _check_key(key: str | None) -> None:
    if key not in (None, SANDBOX.key_id):
        raise Refused("Authentication failed", 401)


def _tell(order: Document, payment: Document, silent: bool) -> None:
    """The events of an attempt, each with the payment as it was at that moment ("Payment Webhooks")."""
    if payment["status"] == "failed":
        events = [("payment.failed", {"payment": payment})]
    else:
        authorized = {**payment, "status": "authorized", "captured": False, "fee": None, "tax": None}
        events = [("payment.authorized", {"payment": authorized})]
    if payment["status"] == "captured":
        events.append(("payment.captured", {"payment": payment}))
        events.append(("order.paid", {"payment": payment, "order": order}))
    publish(*events, silent=silent)


def _success(payment: Document) -> Document:
    """What the checkout's `handler` is called with ("Handle Payment Success")."""
    signed = f"{payment['order_id']}|{payment['_id']}".encode()
    signature = hmac.new(SANDBOX.key_secret.encode(), signed, hashlib.sha256).hexdigest()
    ids = {"razorpay_payment_id": payment["_id"], "razorpay_order_id": payment["order_id"]}
    return {**ids, "razorpay_signature": signature}


def _failure(payment: Document) -> Document:
    """What the checkout's `payment.failed` is called with ("Handle Payment Failure")."""
    error = {name.removeprefix("error_"): value for name, value in FAILURE.items()}
    metadata = {"payment_id": payment["_id"], "order_id": payment["order_id"]}
    return {"error": {**error, "metadata": metadata}}
