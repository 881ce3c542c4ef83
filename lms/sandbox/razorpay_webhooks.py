"""The stand-in's webhooks: recorded, signed, and sent from a thread of their own ("Razorpay Webhooks: Best Practices").

The body is written as PHP writes JSON, so that only who checks the raw bytes finds the signature right.
"""

import hashlib
import hmac
import json
import random
import time
from threading import Thread

import structlog
import urllib3
from flask import Blueprint, Response, jsonify, request
from pymongo.errors import InvalidOperation

from lms.addresses import address_of
from lms.sandbox.razorpay_behaviour import Behaviour, behaviour, refused
from lms.sandbox.razorpay_entities import Document, Refused, new_id, shown
from lms.sandbox.razorpay_store import one, prepare, stored
from lms.services.payments.razorpay import SANDBOX

log = structlog.get_logger("sandbox.razorpay")

bp = Blueprint("sandbox_razorpay_webhooks", __name__, url_prefix="/sandbox/razorpay/webhooks")
bp.before_request(prepare)
bp.register_error_handler(Refused, refused)

ANSWER_SECONDS = 5
RETRY_WAITS = (1, 4, 15, 60)
SHUFFLED_SECONDS = 0.5
LOST = 0.1

http = urllib3.PoolManager(retries=False, maxsize=8)


def publish(*events: tuple[str, dict[str, Document]], silent: bool = False) -> None:
    """Record the events, each a name and the documents it is about, and send them, unless told not to.

    An event's `state` is waiting, delivered, failed (no try has succeeded yet), lost (by `lossy`) or withheld (by
    `off`, or because the customer's payment was to be silent).
    """
    told = behaviour()
    recorded = [_recorded(name, about, told, silent) for name, about in events]
    if recorded:
        stored("Webhooks").insert_many(recorded)
    waiting = [event for event in recorded if event["state"] == "waiting"]
    if waiting:
        Thread(target=_send_all, args=(waiting, told), name="webhooks", daemon=True).start()


@bp.get("")
def listed() -> Response:
    """Every event, oldest first, with all it takes to send it by hand; `?state=` leaves out the others."""
    where = {"state": request.args["state"]} if "state" in request.args else {}
    items = [_told(event) for event in stored("Webhooks").find(where).sort({"recorded": 1})]
    return jsonify({"entity": "collection", "count": len(items), "items": items})


@bp.post("/<event_id>/send")
def send_again(event_id: str) -> Response:
    """Send the event now, whatever became of it before, and say how that went."""
    _send(one("Webhooks", event_id))
    return jsonify(_told(one("Webhooks", event_id)))


def _recorded(name: str, about: dict[str, Document], told: Behaviour, silent: bool) -> Document:
    created_at = int(time.time())
    content = {
        "entity": "event",
        "account_id": "acc_SandboxAccount",
        "event": name,
        "contains": list(about),
        "payload": {kind: {"entity": shown(document)} for kind, document in about.items()},
        "created_at": created_at,
    }
    return {
        "_id": new_id(""),
        "event": name,
        "body": json.dumps(content, separators=(",", ":")).replace("/", "\\/"),
        "url": told.webhook_url or address_of("webhooks.receive"),
        "state": _state(told, silent),
        "attempts": 0,
        "status": None,
        "created_at": created_at,
        "recorded": time.time_ns(),
    }


def _state(told: Behaviour, silent: bool) -> str:
    if silent or "off" in told.webhooks:
        return "withheld"
    return "lost" if "lossy" in told.webhooks and random.random() < LOST else "waiting"  # noqa: S311


def _told(event: Document) -> Document:
    facts = {name: value for name, value in event.items() if name not in ("_id", "recorded")}
    return {"id": event["_id"], **facts, "headers": _headers(event)}


def _headers(event: Document) -> dict[str, str]:
    signature = hmac.new(SANDBOX.webhook_secret.encode(), event["body"].encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Razorpay-Signature": signature,
        "x-razorpay-event-id": event["_id"],
        "User-Agent": "Razorpay-Webhook/v1",
    }


def _send_all(events: list[Document], told: Behaviour) -> None:
    """Send the events in order or in none, once or more often; those that fail again after a while, ever longer."""
    copies = 3 if "triple" in told.webhooks else 2 if "double" in told.webhooks else 1
    waiting = events * copies
    try:
        if "shuffled" in told.webhooks:
            random.shuffle(waiting)
            time.sleep(random.uniform(0, SHUFFLED_SECONDS))  # noqa: S311
        for wait in (0, *RETRY_WAITS[: told.webhook_retries]):
            time.sleep(wait)
            waiting = [event for event in waiting if not _send(event)]
            if not waiting:
                return
    except InvalidOperation:
        return  # the process is ending
    except Exception as error:
        log.warning("webhooks_abandoned", error=type(error).__name__, reason=str(error)[:200])


def _send(event: Document) -> bool:
    """Whether that is done with: taken with any status of success within five seconds, or forgotten meanwhile."""
    if stored("Webhooks").update_one({"_id": event["_id"]}, {"$inc": {"attempts": 1}}).matched_count == 0:
        return True
    status: int | None = None
    try:
        body, headers = event["body"].encode(), _headers(event)
        status = http.request("POST", event["url"], body=body, headers=headers, timeout=ANSWER_SECONDS).status
    except urllib3.exceptions.HTTPError as error:
        log.info("webhook_not_delivered", name=event["event"], error=type(error).__name__)
    taken = status is not None and 200 <= status < 300
    state, before = ("delivered", {"$exists": True}) if taken else ("failed", "waiting")
    stored("Webhooks").update_one({"_id": event["_id"]}, {"$set": {"status": status}})
    stored("Webhooks").update_one({"_id": event["_id"], "state": before}, {"$set": {"state": state}})
    return taken
