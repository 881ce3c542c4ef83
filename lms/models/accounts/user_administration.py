"""Accounts as staff look for them and change them."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.models.accounts.users import SEARCHED, User, users
from lms.models.base import Filter, now
from lms.models.system import finding

STAFF = {"$or": [{"role": "admin"}, {"staffRole": {"$exists": True}}]}
"""The filter for those who may enter `/admin`."""

APPLYING = {"appliedAt": {"$exists": True}, "status": "active", "emailVerifiedAt": {"$ne": None}}
"""The filter for those who wait to be approved as instructors."""

FEW = 2000


def having(query: str) -> Filter:
    """A filter for those whose names and address hold every word of the query, by their ids where they are few.

    MongoDB would else look for the few among everybody, in the order asked for, instead of in the index of texts.
    """
    where = finding.having(query)
    found = users.raw.find(users.live(where), {"_id": 1}, limit=FEW + 1).hint(SEARCHED)
    ids = [each["_id"] for each in found] if where else []
    return {"_id": {"$in": ids}} if where and len(ids) <= FEW else where


def applicants() -> int:
    """How many wait to be approved as instructors."""
    return users.count(APPLYING)


def applies(user_id: ObjectId) -> bool:
    """Whether somebody has yet to be approved as an instructor."""
    return users.get({"_id": user_id, "appliedAt": {"$exists": True}}, {"_id": 1}) is not None


def revise(user: User, fields: Mapping[str, Any], *dropped: str) -> None:
    """Change an account, deleted or not."""
    change = {"$set": {**fields, "updatedAt": now()}, "$unset": dict.fromkeys(dropped, "")}
    users.update({"_id": user["_id"]}, change, deleted_too=True)


def rely_on_another_admin(user_id: ObjectId) -> bool:
    """Whether there is another active administrator; who is relied on cannot be removed at the same moment."""
    another = {"role": "admin", "status": "active", "emailVerifiedAt": {"$ne": None}, "_id": {"$ne": user_id}}
    return users.update(another, {"$inc": {"reliedOn": 1}})
