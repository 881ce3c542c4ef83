"""Tokens that were good for one use and have had it."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from bson import ObjectId
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from lms.models.base import Collection, now
from lms.models.fields import Ref

Reason = Literal["rotated", "reset"]


class BlacklistedToken(TypedDict):
    _id: str
    user: Annotated[ObjectId, Ref("users")]
    reason: Reason
    createdAt: datetime
    expiresAt: datetime


class BlacklistedTokens(Collection[BlacklistedToken]):
    """`_id` is the token's `jti`, so the first use is the only one; gone when the token itself has expired."""

    name = "blacklistedTokens"
    fields = BlacklistedToken
    indexes = (IndexModel("expiresAt", expireAfterSeconds=0),)

    def spend(self, token_id: str, user_id: ObjectId, reason: Reason, expires_at: datetime) -> bool:
        """Use the token up; false when it had been used before."""
        spent: BlacklistedToken = {
            "_id": token_id,
            "user": user_id,
            "reason": reason,
            "createdAt": now(),
            "expiresAt": expires_at,
        }
        try:
            self.insert(spent)
        except DuplicateKeyError:
            return False
        return True


blacklisted_tokens = BlacklistedTokens()
