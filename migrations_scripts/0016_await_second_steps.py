"""Administrators who are signed in over the API by a password alone have their second step to take."""

from typing import Any

from pymongo.database import Database


def up(db: Database[Any]) -> None:
    waiting = {"role": "admin", "endedAt": None, "awaits": {"$exists": False}}
    db.sessions.update_many(waiting, {"$set": {"awaits": "code"}})
