"""The public keys of the school that certificates were ever signed with."""

from datetime import datetime
from typing import NotRequired, TypedDict

from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Filter, now


class CredentialKey(TypedDict):
    _id: str
    publicKeyMultibase: str
    hosts: list[str]
    createdAt: datetime
    retiredAt: NotRequired[datetime]
    compromisedAt: NotRequired[datetime]


class CredentialKeys(Collection[CredentialKey]):
    """`_id` is its name in the school's DID document; `hosts` those of the DIDs it signed for, the present one last."""

    name = "credentialKeys"
    fields = CredentialKey
    indexes = (IndexModel("publicKeyMultibase", unique=True),)

    def every(self) -> list[CredentialKey]:
        return self.find({}, sort=[("createdAt", ASCENDING), ("_id", ASCENDING)])

    def signing(self) -> list[CredentialKey]:
        """Those that may sign, the newest first."""
        good = {"retiredAt": None, "compromisedAt": None}
        return self.find(good, sort=[("createdAt", DESCENDING), ("_id", DESCENDING)])

    def add(self, multibase: str, hosts: list[str]) -> CredentialKey:
        """A new one; raises DuplicateKeyError where another process has added one under its name."""
        moment = now()
        name = f"key-{moment.year}-{self.count({'_id': {'$regex': f'^key-{moment.year}-'}}) + 1}"
        made: CredentialKey = {"_id": name, "publicKeyMultibase": multibase, "hosts": hosts, "createdAt": moment}
        self.insert(made)
        return made

    def retire(self, but: str) -> int:
        """Let every other key sign no more; how many there were."""
        where: Filter = {"_id": {"$ne": but}, "retiredAt": None}
        return self.update_many(where, {"$set": {"retiredAt": now()}})


credential_keys = CredentialKeys()
