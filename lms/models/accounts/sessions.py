"""Sign-ins: one document a device, asked on every request whether it still holds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.accounts.users import Role
from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import Ends

IDLE_LIFETIME = timedelta(days=14)
ABSOLUTE_LIFETIME = timedelta(days=30)


Proof = Literal["password", "code"]
"""What somebody can sign in with."""

CallerRole = Role | Literal["second_step"]
"""`second_step` is an administrator whose second step is still to come; that is no role that may do anything."""


def written_by(user_id: ObjectId) -> dict[str, Any]:
    """The part of a query that finds the courses somebody owns or is a co-author of."""
    return {"$or": [{"instructor": user_id}, {"coAuthors": user_id}]}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: what a guard knows of a signed-in user."""

    id: ObjectId
    role: CallerRole
    session_id: ObjectId

    @property
    def ownership(self) -> dict[str, ObjectId]:
        """The part of a query that finds only the caller's own courses; an administrator owns them all."""
        return {} if self.role == "admin" else {"instructor": self.id}

    @property
    def authorship(self) -> dict[str, Any]:
        """The same with the courses that the caller is a co-author of."""
        return {} if self.role == "admin" else written_by(self.id)


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from; `shown` are the tokens by which the browser may be known to an account."""

    address: str
    device: str
    shown: tuple[str, ...] = ()

    @property
    def network(self) -> str:
        """The address; of IPv6 the network of 64 bits, which one client has all of."""
        return str(ip_network(f"{self.address}/64", strict=False)) if ":" in self.address else self.address


class Session(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    role: Role
    awaits: NotRequired[Proof]
    wrongCodes: NotRequired[int]
    device: str
    address: str
    createdAt: datetime
    lastUsedAt: datetime
    idleExpiresAt: datetime
    expiresAt: datetime
    endedAt: datetime | None


class Sessions(Collection[Session]):
    """`role` repeats the user's, moved in the same transaction, so that a request asks one document only.

    `awaits` is what an administrator's second step takes where they have no authenticator, until it has been taken.
    """

    name = "sessions"
    fields = Session
    personal = "user"
    on_merge = {"user": Ends()}
    withheld = frozenset({"wrongCodes"})
    audited = True
    indexes = (
        IndexModel([("user", ASCENDING), ("endedAt", ASCENDING), ("lastUsedAt", DESCENDING)]),
        IndexModel("expiresAt", expireAfterSeconds=0),
    )

    def open(self, user_id: ObjectId, role: Role, device: str, address: str, awaits: Proof | None = None) -> Session:
        moment = now()
        session: Session = {
            "_id": ObjectId(),
            "user": user_id,
            "role": role,
            "device": device[:200],
            "address": address,
            "createdAt": moment,
            "lastUsedAt": moment,
            "idleExpiresAt": moment + IDLE_LIFETIME,
            "expiresAt": moment + ABSOLUTE_LIFETIME,
            "endedAt": None,
        }
        if awaits is not None:
            session["awaits"] = awaits
        self.insert(session)
        return session

    def holding(self, session_id: ObjectId) -> Session | None:
        """Whose session it is, their role and what it awaits, if it has neither ended nor run out."""
        where = {"_id": session_id, "endedAt": None, "idleExpiresAt": {"$gt": now()}}
        return self.get(where, {"user": 1, "role": 1, "awaits": 1})

    def touch(self, session_id: ObjectId) -> Session | None:
        """Note that a holding session was used, which moves its idle end."""
        moment = now()
        return self.change(
            {"_id": session_id, "endedAt": None, "idleExpiresAt": {"$gt": moment}, "expiresAt": {"$gt": moment}},
            [
                {
                    "$set": {
                        "lastUsedAt": moment,
                        "idleExpiresAt": {"$min": ["$expiresAt", moment + IDLE_LIFETIME]},
                    }
                }
            ],
        )

    def of_user(self, user_id: ObjectId) -> list[Session]:
        where = {"user": user_id, "endedAt": None, "idleExpiresAt": {"$gt": now()}}
        return self.find(where, sort=[("lastUsedAt", DESCENDING)], limit=100)

    def end(self, session_id: ObjectId, user_id: ObjectId) -> bool:
        return self.update({"_id": session_id, "user": user_id, "endedAt": None}, {"$set": {"endedAt": now()}})

    def end_all(self, user_id: ObjectId, but: ObjectId | None = None) -> None:
        self.update_many({"user": user_id, "endedAt": None, "_id": {"$ne": but}}, {"$set": {"endedAt": now()}})

    def take_second_step(self, session_id: ObjectId) -> bool:
        """Let a session be an administrator's; false when it waits for nothing, or has ended."""
        waiting = {"_id": session_id, "endedAt": None, "awaits": {"$exists": True}}
        return self.update(waiting, {"$unset": {"awaits": "", "wrongCodes": ""}})

    def count_wrong(self, session_id: ObjectId) -> int:
        """Count a wrong second step, and say how many there have been."""
        session = self.change({"_id": session_id}, {"$inc": {"wrongCodes": 1}})
        return session.get("wrongCodes", 0) if session else 0

    def set_role(self, user_id: ObjectId, role: Role) -> None:
        """Change what somebody may do where they are signed in; who becomes an administrator signs in anew."""
        if role == "admin":
            self.end_all(user_id)
        self.update_many({"user": user_id}, {"$set": {"role": role}})


sessions = Sessions()
