"""What the gateway tells by itself."""

import hashlib
import json
from typing import Any

from pymongo.errors import DuplicateKeyError

from lms import redaction
from lms.controllers.payments import authorized, disputed, gateway_refunds, strays
from lms.controllers.payments.refunds import send
from lms.controllers.payments.settlement import settle
from lms.errors import BadSignature, InvalidJson
from lms.jobs.payments import payments as jobs
from lms.models.payments.orders import orders
from lms.models.payments.payment_events import payment_events
from lms.models.payments.refunds import refunds
from lms.models.transactions import transactional
from lms.services.payments import razorpay

LONGEST_ID = 100

OF_THE_PAYER = frozenset(
    [
        "email",
        "contact",
        "phone",
        "name",
        "vpa",
        "card",
        "card_id",
        "bank",
        "bank_account",
        "wallet",
        "upi",
        "customer",
        "customer_id",
        "customer_details",
        "token_id",
        "acquirer_data",
        "billing_address",
        "shipping_address",
        "address",
        "ip",
        "user_agent",
    ]
)
"""The fields of https://razorpay.com/docs/webhooks/payloads/payments/ that tell who paid, and with what."""


def receive(body: bytes, signature: str, event_id: str) -> None:
    """Keep an event whose signature is the gateway's, and have it handled; one that is known already is left alone."""
    if not razorpay.webhook_signature_holds(body, signature):
        raise BadSignature
    text = _json_object(body)
    own_id = event_id if 0 < len(event_id) <= LONGEST_ID else hashlib.sha256(body).hexdigest()
    try:
        _keep(own_id, text)
    except DuplicateKeyError:
        return


def _json_object(body: bytes) -> str:
    """The body without what it says of the payer, which nothing here needs."""
    try:
        told = json.loads(body.decode())
        if isinstance(told, dict):
            return json.dumps(redaction.without_fields(told, OF_THE_PAYER))
    except (ValueError, RecursionError) as error:
        raise InvalidJson from error
    raise InvalidJson


@transactional
def _keep(event_id: str, body: str) -> None:
    payment_events.keep(event_id, body)
    jobs.handle_event.promise(event_id)


def handle(event_id: str) -> None:
    """Act on one event of the gateway's; it says only where to look, the gateway is asked for the facts."""
    event = payment_events.get({"_id": event_id, "handledAt": None})
    if event is not None:
        payment_events.finish(event_id, _act_on(json.loads(event["body"])))


def _act_on(payload: dict[str, Any]) -> str:
    name = str(payload.get("event"))
    if name in ("payment.captured", "order.paid"):
        return _captured(_entity(payload, "payment"))
    if name == "payment.authorized" and authorized.wished():
        return _authorized(_entity(payload, "payment"))
    if name in disputed.EVENTS:
        return disputed.told(name, _entity(payload, "dispute"))
    if name.startswith("refund."):
        return _refund_moved(_entity(payload, "refund"))
    return "nothing to do"


def _entity(payload: dict[str, Any], kind: str) -> dict[str, Any]:
    """What the event is about; nothing where it is not told as documented."""
    found: Any = payload
    for name in ("payload", kind, "entity"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _captured(payment: dict[str, Any]) -> str:
    order = orders.get({"razorpayOrderId": str(payment.get("order_id"))}, {"_id": 1})
    if order is None:
        return strays.note(str(payment.get("id")))
    return settle(order["_id"], str(payment.get("id")))["state"]


def _authorized(payment: dict[str, Any]) -> str:
    order = orders.get({"razorpayOrderId": str(payment.get("order_id"))}, {"_id": 1})
    return settle(order["_id"], str(payment.get("id")))["state"] if order else "not an order of ours"


def _refund_moved(told: dict[str, Any]) -> str:
    refund = refunds.get({"razorpayRefundId": str(told.get("id"))})
    if refund is not None:
        send(refund["_id"])
        return "asked"
    if refunds.known([], [str(told.get("receipt"))]):
        return "a refund of ours whose answer is still on its way"
    return "booked" if gateway_refunds.look_at(str(told.get("payment_id"))) else "nothing to book"
