"""Ids of theirs under which there is something here that no import has written: it is not theirs, and stays as it is.

Who writes their database chooses its ids, and those of ours are no secret.
"""

from collections.abc import Callable, Iterable
from typing import Any

from bson import ObjectId

from lms.models.accounts.users import users
from lms.models.system.move_runs import move_runs
from lms.models.system.moves import moves
from lms.moving.aliases import projection, read
from lms.moving.became import made
from lms.moving.shelves import COURSES, LESSONS, SECTIONS, USERS, Shelf
from lms.moving.source import Source
from lms.moving.users import address_of

NAMED: dict[str, Shelf] = {each.kind: each for each in (USERS, COURSES, SECTIONS, LESSONS)}
"""What other documents name: who attends a course of theirs must not attend ours for its id."""


def taken_by_kind(source: Source, step: Callable[[int], None]) -> dict[str, set[ObjectId]]:
    """All that are taken of what others name."""
    found: dict[str, set[ObjectId]] = {kind: set() for kind in NAMED}
    for kind, shelf in NAMED.items():
        for batch in source.batches(kind, {"_id": 1}):
            found[kind] |= taken(shelf, [each["_id"] for each in batch])
            step(len(batch))
    return found


def taken(shelf: Shelf, ids: list[Any]) -> set[Any]:
    """Those of these ids that are taken."""
    here = shelf.collection.raw.find({"_id": {"$in": ids}}, {"erasedAt": 1}) if ids else ()
    keys = {shelf.key(each["_id"]): each["_id"] for each in here if not _stands_for_one_gone(each)}
    if not keys:
        return set()
    states = {"$in": ["written", "refused"]}
    rows = moves.raw.find({"_id": {"$in": list(keys)}, "state": states, "new": {"$ne": None}}, {"_id": 1})
    ours = {row["_id"] for row in rows} | move_runs.begun()
    return {each for key, each in keys.items() if key not in ours}


def _stands_for_one_gone(document: dict[str, Any]) -> bool:
    """Whether it is `former_member`; who is erased here is so after they came."""
    return bool(document.get("erasedAt") == made(document["_id"]))


def same_people(source: Source, ids: Iterable[ObjectId]) -> set[ObjectId]:
    """Of accounts whose ids are taken those that have the address of who has the id here, as in an export of ours."""
    found = source.by_ids("users", ids, projection("users", "email"))
    addresses = {old: address_of(read("users", each)["email"]) for old, each in found.items()}
    here = users.raw.find({"_id": {"$in": list(addresses)}}, {"email": 1})
    return {each["_id"] for each in here if "email" in each and each["email"] == addresses[each["_id"]]}
