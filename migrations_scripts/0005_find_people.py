"""People are found by any part of their names or e-mail address; staff have lists in the order of an index."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pymongo
from pymongo import UpdateOne
from pymongo.database import Database

BATCH = 500
SECONDS = 3600
FIELDS = ("firstName", "lastName", "email")


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than many people need.
    with pymongo.timeout(SECONDS):
        changes = _changes(db)
        while batch := list(islice(changes, BATCH)):
            db.users.bulk_write(batch, ordered=False)


def _changes(db: Database[Any]) -> Iterator[UpdateOne]:
    """What completes the people who were written before their names were made findable."""
    for user in db.users.find({"email": {"$exists": True}, "searchText": {"$exists": False}}, FIELDS):
        named = {name: user[name] for name in FIELDS}
        # Somebody who is renamed meanwhile becomes findable by that.
        yield UpdateOne({"_id": user["_id"], **named}, {"$set": {"searchText": folded(" ".join(named.values()))}})


def folded(text: str) -> str:
    """The text in small letters without accents."""
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text.lower()))
    return unicodedata.normalize("NFC", plain)
