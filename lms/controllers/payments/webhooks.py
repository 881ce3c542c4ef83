"""What the gateway tells by itself."""

import hashlib
import json

from pymongo.errors import DuplicateKeyError

from lms.errors import BadSignature, InvalidJson
from lms.jobs.payments import payments
from lms.jobs.system.outbox import promise
from lms.models.base import transactional
from lms.models.payments.payment_events import payment_events
from lms.services.payments import razorpay

LONGEST_ID = 100


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
    try:
        text = body.decode()
        if isinstance(json.loads(text), dict):
            return text
    except (ValueError, RecursionError) as error:
        raise InvalidJson from error
    raise InvalidJson


@transactional
def _keep(event_id: str, body: str) -> None:
    payment_events.keep(event_id, body)
    promise(payments.handle_event, event_id, queue="default")
