"""What people write to the school by its contact form, on its way into a mailbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection, now

KEPT_UNMAILED = timedelta(days=180)
"""While mail fails, staff see the job that failed, and can have it tried again."""
KEPT_MAILED = timedelta(days=30)


class ContactMessage(TypedDict):
    """Nobody has proven the address, so it is nobody's own data; it goes when an account of that address does."""

    _id: ObjectId
    firstName: str
    lastName: str
    email: str
    contactNumber: str | None
    message: str
    createdAt: datetime
    mailedAt: NotRequired[datetime]
    expiresAt: datetime


class ContactMessages(Collection[ContactMessage]):
    name = "contactMessages"
    fields = ContactMessage
    indexes = (IndexModel("email"), IndexModel("expiresAt", expireAfterSeconds=0))

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["email"])

    def add(self, told: Mapping[str, Any]) -> ObjectId:
        """Keep what somebody wrote: `firstName, lastName, email, contactNumber, message`."""
        moment = now()
        times = {"createdAt": moment, "expiresAt": moment + KEPT_UNMAILED}
        return self.insert(ContactMessage(_id=ObjectId(), **told, **times))  # type: ignore[typeddict-item]

    def unmailed(self, message_id: ObjectId) -> ContactMessage | None:
        return self.get({"_id": message_id, "mailedAt": None})

    def mailed(self, message_id: ObjectId) -> None:
        moment = now()
        self.update({"_id": message_id}, {"$set": {"mailedAt": moment, "expiresAt": moment + KEPT_MAILED}})

    def forget(self, email: str) -> None:
        """Drop what came from an address."""
        self.delete_many({"email": email})


contact_messages = ContactMessages()
