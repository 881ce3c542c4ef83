"""Which migrations have run, and the lock that lets one run at a time."""

from datetime import datetime, timedelta
from typing import Literal, TypedDict

from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection, now

LOCK_ID = "lock"


class Migration(TypedDict):
    _id: str
    ranAt: datetime
    seconds: float


class Lock(TypedDict):
    _id: Literal["lock"]
    holder: str
    until: datetime


class Migrations(Collection[Migration]):
    """A document a migration by its name, and one named `lock` while somebody holds it."""

    name = "migrations"
    fields = Migration | Lock

    def ran(self) -> dict[str, datetime]:
        """When each migration that has run did so."""
        return {each["_id"]: each["ranAt"] for each in self.find({"_id": {"$ne": LOCK_ID}})}

    def record(self, name: str, seconds: float) -> None:
        self.insert({"_id": name, "ranAt": now(), "seconds": seconds})

    def take_lock(self, holder: str, lease: timedelta) -> bool:
        """Take the lock for so long, if it is free or its holder's time is over."""
        moment = now()
        free = {"_id": LOCK_ID, "until": {"$lte": moment}}
        try:
            return self.update(free, {"$set": {"holder": holder, "until": moment + lease}}, upsert=True)
        except DuplicateKeyError:
            return False

    def renew_lock(self, holder: str, lease: timedelta) -> bool:
        """Hold the lock for so long from now; false when somebody else has it, or nobody."""
        return self.update({"_id": LOCK_ID, "holder": holder}, {"$set": {"until": now() + lease}})

    def release_lock(self, holder: str) -> None:
        self.delete({"_id": LOCK_ID, "holder": holder})


migrations = Migrations()
