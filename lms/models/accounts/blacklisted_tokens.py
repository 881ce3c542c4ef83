"""Tokens that were good for one use and have had it; of a refresh token, what it was swapped for."""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection, now
from lms.models.fields import Ref
from lms.models.merging import Stays

Reason = Literal["rotated", "reset"]


class Successor(TypedDict):
    """The refresh token that another was swapped for, by its `jti`; `client` is a keyed hash of who swapped it."""

    id: str
    client: str


class BlacklistedToken(TypedDict):
    _id: str
    user: Annotated[ObjectId, Ref("users")]
    reason: Reason
    successor: NotRequired[Successor]
    createdAt: datetime
    expiresAt: datetime


class BlacklistedTokens(Collection[BlacklistedToken]):
    """`_id` is the token's `jti`, so the first use is the only one; gone when the token itself has expired."""

    name = "blacklistedTokens"
    fields = BlacklistedToken
    on_merge = {"user": Stays("they are used up, and run out")}
    indexes = (IndexModel("expiresAt", expireAfterSeconds=0),)

    def spend(self, token_id: str, user_id: ObjectId, reason: Reason, expires_at: datetime) -> bool:
        """Use the token up; false when it had been used before."""
        return self._insert_first(_spent(token_id, user_id, reason, expires_at))

    def swap(self, token_id: str, user_id: ObjectId, successor: Successor, expires_at: datetime) -> BlacklistedToken:
        """Use a refresh token up, and say how it was: by this swap, or by the one that came first."""
        spent: BlacklistedToken = {**_spent(token_id, user_id, "rotated", expires_at), "successor": successor}
        if self._insert_first(spent):
            return spent
        return self.get({"_id": token_id}) or spent

    def _insert_first(self, spent: BlacklistedToken) -> bool:
        try:
            self.insert(spent)
        except DuplicateKeyError:
            return False
        return True


def _spent(token_id: str, user_id: ObjectId, reason: Reason, expires_at: datetime) -> BlacklistedToken:
    return {"_id": token_id, "user": user_id, "reason": reason, "createdAt": now(), "expiresAt": expires_at}


blacklisted_tokens = BlacklistedTokens()
