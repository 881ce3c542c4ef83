"""The two accounts themselves when one is merged into the other: what forbids it, and what becomes of each."""

import contextlib
from collections.abc import Iterator
from typing import Any

from bson import ObjectId
from redis.exceptions import RedisError

from lms.controllers.accounts.pairs import Both, Collision, Decision, Pair, Part
from lms.errors import (
    AccountDeleted,
    AccountErased,
    AccountMerged,
    AddressChangedLately,
    OwnAccount,
    Refusal,
    SameAccount,
    StaffAccount,
    SuspendedAccount,
    UnprovenAccount,
    UserNotFound,
)
from lms.models import actors
from lms.models.accounts import addresses, merged_accounts, user_administration
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import Profile, profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, staff_role, users
from lms.models.learning.playbacks import playbacks
from lms.models.system.limit_windows import limit_windows
from lms.models.transactions import after_commit
from lms.services.accounts import code_store

TOLD = ("bio", "gender", "dateOfBirth", "contactNumber")

TEACHES = "The account that is kept becomes an instructor's."
APPLIES = "The application to teach follows, and waits to be decided on."
PICTURE = "The picture of the other account is shown, for this one has none."


def present(kept_id: ObjectId, merged_id: ObjectId) -> tuple[User, User]:
    """The two accounts; raises UserNotFound, SameAccount, AccountErased or AccountMerged."""
    if kept_id == merged_id:
        raise SameAccount
    return _present(kept_id), _present(merged_id)


def _present(user_id: ObjectId) -> User:
    user: User | None = users.raw.find_one({"_id": user_id})
    if user is None:
        raise UserNotFound
    if "mergedInto" in user:
        raise AccountMerged
    if "erasedAt" in user:
        raise AccountErased
    return user


def forbidden(kept: User, merged: User) -> Refusal | None:
    """What forbids merging these two, if anything does."""
    return next((why for user in (kept, merged) for why in _against(user)), None)


def _against(user: User) -> Iterator[Refusal]:
    named = user["email"]
    if user["_id"] == actors.actor().id:
        yield OwnAccount()
    if staff_role(user):
        yield StaffAccount(f"{named} is staff, and accounts of staff are not merged. Take the role from it first.")
    if "deletedAt" in user:
        yield AccountDeleted(f"{named} is deleted. Bring it back first.")
    if user["status"] == "suspended":
        yield SuspendedAccount(f"{named} is suspended, and merging would undo that. Restore it first.")
    if user["emailVerifiedAt"] is None:
        yield UnprovenAccount(f"{named} is not confirmed yet, so nobody knows whose account it is.")
    if former := addresses.still(user):
        until = max(each["until"] for each in former)
        yield AddressChangedLately(
            f"The address of {named} has changed lately, and its former one can take the account back until "
            f"{until:%Y-%m-%d %H:%M} UTC. Merge it after that."
        )


class Profiles(Both):
    """What the account that is kept says stays; where it says nothing, what the other says."""

    collection = profiles
    about = "user"

    def found(self, pair: Pair) -> list[tuple[Any, Any]]:
        both = profiles.get({"user": pair.kept}), profiles.get({"user": pair.merged})
        return [both] if all(both) else []

    def collisions(self, pair: Pair) -> list[Collision]:
        return [Collision("What they say of themselves", self.decide(*both).sentence) for both in self.found(pair)]

    def decide(self, kept: Profile, merged: Profile) -> Decision:
        given = {name: merged[name] for name in TOLD if not kept[name] and merged[name]}  # type: ignore[literal-required]
        taken = f" Taken from the other: {', '.join(_word(name) for name in given)}." if given else ""
        return Decision(given, f"What the account that is kept says stays.{taken}")


def _word(name: str) -> str:
    return {"dateOfBirth": "date of birth", "contactNumber": "contact number"}.get(name, name)


PARTS: tuple[Part, ...] = (Profiles(),)


def merge(pair: Pair) -> None:
    """Let follow what they say of themselves, and end what was the merged account's alone; part of a transaction."""
    for part in PARTS:
        part.settle(pair)
    sessions.delete_many({"user": pair.merged})
    staff_sessions.end_all(pair.merged)
    playbacks.delete({"_id": pair.merged})
    otps.delete_many({"user": pair.merged})


def becomes(kept: User, merged: User) -> list[str]:
    """What changes of the account that is kept, in sentences for staff."""
    changed = _changed(kept, merged)
    said = [APPLIES if changed.get("appliedAt") else TEACHES] if {"role", "appliedAt"} & changed.keys() else []
    return [*said, PICTURE] if "image" in changed else said


def _changed(kept: User, merged: User) -> dict[str, Any]:
    """The fields of the account that is kept that are others then; none for one that goes."""
    changed: dict[str, Any] = {}
    teaches = merged["role"] == "instructor"
    if teaches and kept["role"] == "student":
        changed["role"] = "instructor"
        if "appliedAt" in merged:
            changed["appliedAt"] = merged["appliedAt"]
    if teaches and "appliedAt" in kept and "appliedAt" not in merged:
        changed["appliedAt"] = None
    if kept["image"] is None and merged["image"] is not None:
        changed["image"] = merged["image"]
    signed_in = [each["lastSignInAt"] for each in (kept, merged) if "lastSignInAt" in each]
    if signed_in and max(signed_in) != kept.get("lastSignInAt"):
        changed["lastSignInAt"] = max(signed_in)
    return changed


def close(kept: User, merged: User) -> None:
    """Leave of the merged account that it leads to the other; part of a transaction.

    Its address is free again, and not one of the kept account's former addresses: those can take an account back, and
    then whoever has the mailbox of either account would have all of both.
    """
    changed = _changed(kept, merged)
    gone = [name for name, value in changed.items() if value is None]
    user_administration.revise(kept, {name: value for name, value in changed.items() if value is not None}, *gone)
    if "role" in changed:
        sessions.set_role(kept["_id"], changed["role"])
    merged_accounts.lead_to(merged, kept, actors.actor().id)
    otps.forget(merged["email"], merged["_id"])
    limit_windows.forget(merged["email"])
    after_commit(lambda: _drop_codes(merged["email"], str(merged["_id"])))


def _drop_codes(*named: str) -> None:
    """End the codes of the merged account; without Redis they end by themselves in five minutes."""
    with contextlib.suppress(RedisError):
        code_store.drop(*named)
