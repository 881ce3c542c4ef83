"""The moving windows of the rate limits, which the limiter's own library fills and reads."""

import hashlib
import hmac
from datetime import datetime
from typing import TypedDict

from pymongo import IndexModel

from lms.extensions import current_settings
from lms.models.base import Collection


class LimitWindow(TypedDict):
    """`_id` names the limit and the hash of what it counts by; `entries` are the calls, in seconds since 1970."""

    _id: str
    entries: list[float]
    expireAt: datetime


class LimitWindows(Collection[LimitWindow]):
    """Gone when the window is over: the library makes no index on a connection that is not its own."""

    name = "limitWindows"
    fields = LimitWindow
    indexes = (IndexModel("expireAt", expireAfterSeconds=0),)

    def key(self, *counted_by: str) -> str:
        """What stands for an e-mail address, a network or a caller, without telling which."""
        return ".".join(_hash(each) for each in counted_by)

    def forget(self, email: str, scope: str = "") -> None:
        """Begin to count anew what was tried with an address, wherever from; of one scope (`login`), or of all."""
        self.delete_many({"_id": {"$regex": rf"^LIMITER/{_hash(email)}(\.\w+)?/{scope}"}})


def _hash(text: str) -> str:
    secret = current_settings().jwt_secret.encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


limit_windows = LimitWindows()
