"""People as these frontends know them.

Their course page asks a public answer whether its reader attends: it looks for its own id among those of the learners.
So nobody has their id here, but an alias, which only the browser of its owner can recognise. Where a name stands beside
it, in reviews and as an author, somebody has another: else it would tell what those people attend.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.extensions import current_settings

GONE = {"_id": None, "firstName": "Former", "lastName": "member", "image": ""}
"""Whose account is erased."""


def alias(user_id: ObjectId, use: str = "alias") -> str:
    """What stands for a person in one use, the same on all of this server: 24 hexadecimal characters, as an id has."""
    secret = current_settings().jwt_secret.encode()
    return hmac.new(secret, f"studynotion {use} ".encode() + user_id.binary, hashlib.sha256).hexdigest()[:24]


def account_type(role: str) -> str:
    """The role as the frontend compares it: in small letters, or with a capital."""
    return role if current_settings().studynotion_account_types == "lower" else role.title()


def person(ours: Mapping[str, Any] | None) -> dict[str, Any]:
    """An author or reviewer as everyone sees them; where their first and last name are shown, they are so together."""
    if ours is None:
        return GONE
    shown = {"firstName": ours["name"], "lastName": "", "image": ours["image"]}
    return {"_id": alias(ours["id"], "named"), **shown, "additionalDetails": {"about": ours.get("bio")}}


def user(ours: Mapping[str, Any], courses: list[ObjectId]) -> dict[str, Any]:
    """Somebody as they see themselves; their settings page needs `additionalDetails` to be there."""
    profile, id = ours["profile"], alias(ours["id"])
    details = {name: profile[name] for name in ("gender", "dateOfBirth", "contactNumber")}
    shown = {name: ours[name] for name in ("firstName", "lastName", "email", "image", "createdAt")}
    return {
        "_id": id,
        **shown,
        "accountType": account_type(ours["role"]),
        "active": True,
        "approved": True,
        "additionalDetails": {"_id": id, **details, "about": profile["bio"]},
        "courses": courses,
        "courseProgress": [],
        "socials": [],
        "updatedAt": ours["createdAt"],
    }
