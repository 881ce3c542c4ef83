"""Which migrations have run, and the lock that lets one run at a time."""

from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection, now

LOCK_ID = "lock"
LEASE = timedelta(minutes=10)


class Migration(TypedDict):
    _id: str
    ranAt: NotRequired[datetime]
    seconds: NotRequired[float]
    holder: NotRequired[str]
    until: NotRequired[datetime]


class Migrations(Collection[Migration]):
    """A document a migration by its name, and one named `lock` while somebody holds it."""

    name = "migrations"
    fields = Migration

    def ran(self) -> dict[str, datetime]:
        """When each migration that has run did so."""
        return {each["_id"]: each["ranAt"] for each in self.find({"_id": {"$ne": LOCK_ID}})}

    def record(self, name: str, seconds: float) -> None:
        self.insert({"_id": name, "ranAt": now(), "seconds": seconds})

    def take_lock(self, holder: str) -> bool:
        """Take the lock if it is free or its holder's time is over."""
        moment = now()
        free = {"_id": LOCK_ID, "until": {"$lte": moment}}
        try:
            return self.update(free, {"$set": {"holder": holder, "until": moment + LEASE}}, upsert=True)
        except DuplicateKeyError:
            return False

    def release_lock(self, holder: str) -> None:
        self.delete({"_id": LOCK_ID, "holder": holder})


migrations = Migrations()
