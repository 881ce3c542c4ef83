"""Requests for one-time codes and how their delivery went; never a code."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import Ends

Purpose = Literal["signup", "login", "reset", "admin", "change"]
Channel = Literal["email", "whatsapp"]
OtpStatus = Literal["queued", "sent", "failed", "superseded", "unneeded"]

KEPT = timedelta(days=30)


class Otp(TypedDict):
    """`user` is whose e-mail address is to change to this one."""

    _id: ObjectId
    email: str
    user: NotRequired[Annotated[ObjectId, Ref("users")]]
    purpose: Purpose
    channel: Channel
    status: OtpStatus
    reason: str | None
    attempts: Annotated[int, Bounds(0)]
    createdAt: datetime
    sentAt: NotRequired[datetime]
    usedAt: NotRequired[datetime]
    repeats: NotRequired[int]
    expiresAt: datetime


class Otps(Collection[Otp]):
    """`repeats` counts, at an address's oldest request, the codes that staff sent it again."""

    name = "otps"
    fields = Otp
    on_merge = {"user": Ends()}
    indexes = (
        IndexModel([("email", ASCENDING), ("purpose", ASCENDING), ("_id", DESCENDING)]),
        IndexModel("createdAt"),
        IndexModel("user", partialFilterExpression={"user": {"$exists": True}}),
        IndexModel([("email", ASCENDING), ("createdAt", DESCENDING)]),
        IndexModel([("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("status", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("purpose", ASCENDING), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
        IndexModel("expiresAt", expireAfterSeconds=0),
    )

    def label(self, document: Mapping[str, Any]) -> str:
        return f"{document['email']} ({document['purpose']})"

    def request(self, email: str, purpose: Purpose, channel: Channel, user_id: ObjectId | None = None) -> ObjectId:
        moment = now()
        document: Otp = {
            "_id": ObjectId(),
            "email": email,
            "purpose": purpose,
            "channel": channel,
            "status": "queued",
            "reason": None,
            "attempts": 0,
            "createdAt": moment,
            "expiresAt": moment + KEPT,
        }
        if user_id is not None:
            document["user"] = user_id
        return self.insert(document)

    def repeat(self, email: str) -> None:
        """Count one more; of transactions that do so at once, each sees what those before it asked for."""
        oldest = [("createdAt", ASCENDING), ("_id", ASCENDING)]
        self.change({"email": email}, {"$inc": {"repeats": 1}}, sort=oldest)

    def requested(self, email: str, since: datetime, purpose: Purpose | None = None) -> int:
        """How many codes were asked for since then, for any purpose where none is named."""
        return self.count({"email": email, "purpose": purpose or {"$exists": True}, "createdAt": {"$gt": since}})

    def of_address(self, email: str, limit: int) -> list[Otp]:
        """The address's requests, the newest first."""
        return self.find({"email": email}, sort=[("createdAt", DESCENDING)], limit=limit)

    def begin_delivery(self, otp_id: ObjectId) -> Otp | None:
        """Count a delivery attempt of a request that has not been answered yet."""
        return self.change(
            {"_id": otp_id, "status": {"$in": ["queued", "failed"]}},
            {"$inc": {"attempts": 1}, "$set": {"status": "queued"}},
        )

    def newer_exists(self, otp: Otp) -> bool:
        same = {"email": otp["email"], "purpose": otp["purpose"], "user": otp.get("user")}
        where = {**same, "_id": {"$gt": otp["_id"]}}
        return self.get(where, {"_id": 1}) is not None

    def settle(self, otp_id: ObjectId, status: OtpStatus, reason: str | None = None) -> None:
        sent = {"sentAt": now()} if status == "sent" else {}
        self.update({"_id": otp_id}, {"$set": {"status": status, "reason": reason, **sent}})

    def forget(self, email: str, user_id: ObjectId) -> None:
        """Drop every request of an address, and those of its owner for others."""
        self.delete_many({"email": email})
        self.delete_many({"user": user_id})

    def mark_used(self, email: str, purpose: Purpose) -> None:
        newest = self.find({"email": email, "purpose": purpose, "status": "sent"}, {"_id": 1}, [("_id", -1)], 1)
        for otp in newest:
            self.update({"_id": otp["_id"]}, {"$set": {"usedAt": now()}})


otps = Otps()
