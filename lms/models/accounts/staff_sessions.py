"""Sign-ins of staff at `/admin`: kept apart from the API's, shorter, and asked on every click."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import Ends

StaffSessionState = Literal["second_step", "open"]

SECOND_STEP_LIFETIME = timedelta(minutes=10)
IDLE_LIFETIME = timedelta(minutes=30)
ABSOLUTE_LIFETIME = timedelta(hours=8)


class Notice(TypedDict):
    """A sentence for the next page; `kind` is `done` or `refused`."""

    kind: str
    text: str


class StaffSession(TypedDict):
    _id: str
    user: Annotated[ObjectId, Ref("users")]
    state: StaffSessionState
    wrongCodes: int
    notices: NotRequired[list[Notice]]
    device: str
    address: str
    createdAt: datetime
    lastUsedAt: datetime
    idleExpiresAt: datetime
    expiresAt: datetime


def new_token() -> str:
    """What the browser holds; the database knows its hash only."""
    return secrets.token_urlsafe(32)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class StaffSessions(Collection[StaffSession]):
    name = "staffSessions"
    fields = StaffSession
    on_merge = {"user": Ends()}
    indexes = (
        IndexModel([("user", ASCENDING), ("lastUsedAt", DESCENDING)]),
        IndexModel("expiresAt", expireAfterSeconds=0),
    )

    def begin(self, user_id: ObjectId, device: str, address: str) -> str:
        """Keep that the password was right, and give the token of a session that waits for its second step."""
        token, moment = new_token(), now()
        until = moment + SECOND_STEP_LIFETIME
        self.insert(
            {
                "_id": _key(token),
                "user": user_id,
                "state": "second_step",
                "wrongCodes": 0,
                "device": device[:200],
                "address": address,
                "createdAt": moment,
                "lastUsedAt": moment,
                "idleExpiresAt": until,
                "expiresAt": until,
            }
        )
        return token

    def waiting(self, token: str) -> StaffSession | None:
        """The session whose second step is to come."""
        return self.get({"_id": _key(token), "state": "second_step", "expiresAt": {"$gt": now()}})

    def count_wrong(self, token: str) -> int:
        """Count a wrong code, and say how many there have been."""
        session = self.change({"_id": _key(token)}, {"$inc": {"wrongCodes": 1}})
        return session["wrongCodes"] if session else 0

    def open(self, waiting: StaffSession) -> str:
        """Replace a session whose second step was right by an open one, and give its token."""
        token, moment = new_token(), now()
        opened: StaffSession = {
            **waiting,
            "_id": _key(token),
            "state": "open",
            "createdAt": moment,
            "lastUsedAt": moment,
            "idleExpiresAt": moment + IDLE_LIFETIME,
            "expiresAt": moment + ABSOLUTE_LIFETIME,
        }
        self.delete({"_id": waiting["_id"]})
        self.insert(opened)
        return token

    def use(self, token: str) -> StaffSession | None:
        """The open session with the notices that wait in it; its idle end moves."""
        moment = now()
        where = {"_id": _key(token), "state": "open", "idleExpiresAt": {"$gt": moment}, "expiresAt": {"$gt": moment}}
        idle = {"$min": ["$expiresAt", moment + IDLE_LIFETIME]}
        return self.change(where, [{"$set": {"lastUsedAt": moment, "idleExpiresAt": idle}}])

    def leave_notice(self, session_id: str, kind: str, text: str) -> None:
        self.update({"_id": session_id}, {"$push": {"notices": {"kind": kind, "text": text}}})

    def of_user(self, user_id: ObjectId) -> list[StaffSession]:
        """The open sessions of somebody, the latest used first."""
        where = {"user": user_id, "state": "open", "idleExpiresAt": {"$gt": now()}}
        return self.find(where, {"notices": 0}, [("lastUsedAt", DESCENDING)])

    def drop_notices(self, session_id: str) -> None:
        self.update({"_id": session_id}, {"$unset": {"notices": ""}})

    def end(self, session_id: str) -> None:
        self.delete({"_id": session_id})

    def end_all(self, user_id: ObjectId) -> int:
        """End every sign-in of somebody, and say how many there were."""
        return self.delete_many({"user": user_id})


staff_sessions = StaffSessions()
