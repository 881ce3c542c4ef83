"""What the gateway has told by webhook."""

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from pymongo import IndexModel

from lms.models.base import Collection, now

KEPT = timedelta(days=90)


class PaymentEvent(TypedDict):
    _id: str
    body: str
    outcome: NotRequired[str]
    receivedAt: datetime
    handledAt: datetime | None
    expiresAt: datetime


class PaymentEvents(Collection[PaymentEvent]):
    """`_id` is the gateway's event id, or the body's hash where it sent none."""

    name = "paymentEvents"
    fields = PaymentEvent
    indexes = (IndexModel("expiresAt", expireAfterSeconds=0),)

    def keep(self, event_id: str, body: str) -> None:
        """Write an event down; DuplicateKeyError when it has been told before."""
        moment = now()
        self.insert(
            {"_id": event_id, "body": body, "receivedAt": moment, "handledAt": None, "expiresAt": moment + KEPT}
        )

    def finish(self, event_id: str, outcome: str) -> None:
        self.update({"_id": event_id}, {"$set": {"handledAt": now(), "outcome": outcome}})


payment_events = PaymentEvents()
