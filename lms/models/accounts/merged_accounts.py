"""What is left of accounts that were merged into another one of the same person."""

from datetime import datetime

from bson import ObjectId

from lms.models.accounts.users import MergedAs, User, users
from lms.models.base import now


def lead_to(merged: User, kept: User, by: ObjectId | None) -> None:
    """Leave of an account only that it leads to another, under whose name it goes; part of a transaction."""
    merged_id, kept_id, moment = merged["_id"], kept["_id"], now()
    was: MergedAs = {"firstName": merged["firstName"], "lastName": merged["lastName"], "email": merged["email"]}
    users.update_many({"mergedInto": merged_id}, {"$set": {"mergedInto": kept_id}}, deleted_too=True)
    users.erase(merged_id)
    gone = {"deletedAt": moment, "deletedBy": by or kept_id, "mergedInto": kept_id, "mergedAs": was}
    users.update({"_id": merged_id}, {"$set": gone}, deleted_too=True)
    names = {"firstName": kept["firstName"], "lastName": kept["lastName"]}
    users.update_many({"mergedInto": kept_id}, {"$set": names}, deleted_too=True)


def of(user_id: ObjectId) -> list[User]:
    """The accounts that were merged into this one, the newest first."""
    return list(users.raw.find({"mergedInto": user_id}, sort=[("erasedAt", -1)]))


def by_id(user_id: ObjectId) -> MergedAs | None:
    """Who had an account that was merged, until they are erased."""
    found = users.raw.find_one({"_id": user_id}, {"mergedAs": 1})
    return found.get("mergedAs") if found else None


def since(moment: datetime) -> list[User]:
    """The accounts that were merged since then."""
    return list(users.raw.find({"mergedInto": {"$exists": True}, "erasedAt": {"$gte": moment}}))


def leads_to(user_id: ObjectId) -> ObjectId | None:
    """The account that this one was merged into, if it was."""
    found = users.raw.find_one({"_id": user_id, "mergedInto": {"$exists": True}}, {"mergedInto": 1})
    return found["mergedInto"] if found else None
