"""Ends the sign-ins of people whose rights or password are not any more what they were when they signed in."""

from collections.abc import Iterable, Mapping
from typing import Any

from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import users
from lms.models.base import now

DECIDING = ("role", "status", "passwordHash")


def end_where_rights_move(documents: Iterable[Mapping[str, Any]]) -> None:
    """End those of accounts that are about to become these documents, where something decisive changes."""
    new = {each["_id"]: each for each in documents}
    held = users.raw.find({"_id": {"$in": list(new)}}, dict.fromkeys(DECIDING, 1))
    moved = [each["_id"] for each in held if any(each.get(name) != new[each["_id"]].get(name) for name in DECIDING)]
    if moved:
        sessions.raw.update_many({"user": {"$in": moved}, "endedAt": None}, {"$set": {"endedAt": now()}})
        staff_sessions.raw.delete_many({"user": {"$in": moved}})
