"""Which of their accounts are one person's: those whose addresses differ by case and blanks alone."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.models.accounts.users import users
from lms.moving.aliases import projection, read
from lms.moving.became import moment
from lms.moving.source import Source
from lms.moving.users import address_of

Step = Callable[[int], None]
Rank = tuple[int, datetime, ObjectId]

RANKED_BY = ("email", "courses", "courseProgress", "updatedAt")


def merged_accounts(source: Source, taken: set[ObjectId], step: Step) -> dict[ObjectId, ObjectId]:
    """Into which account here each of theirs goes that has none of its own.

    That is the one with the most courses and progress, of these the one that was touched last; or the account that has
    the address here already, made before or by an earlier run; or that into which staff have merged it here since.
    Those whose ids are `taken` are nobody.
    """
    decided = _merged_here()
    doubled, here = _doubled(source, taken, step)
    groups: dict[str, list[Rank]] = {}
    for old, address, user in _addresses(source, taken, *RANKED_BY) if doubled else ():
        if hash(address) in doubled:
            groups.setdefault(address, []).append(_rank(old, user))
    kept = {address: here.get(address, max(ranks)[-1]) for address, ranks in groups.items()}
    same = {old: kept[address] for address, ranks in groups.items() for *_, old in ranks if old != kept[address]}
    return {old: decided.get(into, into) for old, into in same.items()} | decided


def _merged_here() -> dict[ObjectId, ObjectId]:
    found = users.raw.find({"mergedInto": {"$exists": True}}, {"mergedInto": 1})
    return {each["_id"]: each["mergedInto"] for each in found}


def _addresses(
    source: Source, taken: set[ObjectId], *fields: str, step: Step = lambda count: None
) -> Iterator[tuple[ObjectId, str, Any]]:
    for batch in source.batches("users", projection("users", *fields)):
        for document in batch:
            user = read("users", document)
            if document["_id"] not in taken and (address := address_of(user["email"])):
                yield document["_id"], address, user
        step(len(batch))


def _doubled(source: Source, taken: set[ObjectId], step: Step) -> tuple[set[int], dict[str, ObjectId]]:
    """The hashes of addresses that two accounts have, there or there and here; and who has them here."""
    seen: set[int] = set()
    doubled: set[int] = set()
    here: dict[str, ObjectId] = {}
    waiting: dict[str, ObjectId] = {}
    for old, address, _ in _addresses(source, taken, "email", step=step):
        if (hashed := hash(address)) in seen:
            doubled.add(hashed)
        seen.add(hashed)
        waiting[address] = old
        if len(waiting) == 1000:
            _look_here(waiting, doubled, here)
    _look_here(waiting, doubled, here)
    return doubled, here


def _look_here(waiting: dict[str, ObjectId], doubled: set[int], here: dict[str, ObjectId]) -> None:
    """Note who has these addresses here, but for those whose own account that is."""
    for account in users.raw.find({"email": {"$in": list(waiting)}}, {"email": 1}):
        address = account["email"]
        if account["_id"] != waiting[address] or hash(address) in doubled:
            here[address] = account["_id"]
            doubled.add(hash(address))
    waiting.clear()


def _rank(old: ObjectId, user: dict[str, Any]) -> Rank:
    lists = (user["courses"], user["courseProgress"])
    owned = sum(len(each) for each in lists if isinstance(each, list))
    return owned, moment(user["updatedAt"], old), old
