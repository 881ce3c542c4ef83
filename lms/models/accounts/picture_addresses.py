"""Addresses of pictures on their way out: one that begins with a slash is kept without the name of our server."""

from typing import Any

from lms.addresses import address_of
from lms.extensions import current_settings
from lms.models.accounts.users import User


def absolute_in(field: str) -> dict[str, Any]:
    """The expression for the address in `field` as browsers reach it."""
    ours = {"$eq": [{"$substrCP": [field, 0, 1]}, "/"]}
    return {"$cond": [ours, {"$concat": ["$$base", field]}, field]}


IMAGE = {"$ifNull": [absolute_in("$image"), {"$concat": ["$$avatars", {"$toString": "$_id"}]}]}
"""The expression for a user's picture; `image_of` is the same for a user that has been read."""


def image_of(user: User) -> str:
    """The user's picture, or the one drawn of their initials."""
    stored = user["image"] or address_of("avatars.avatar", user_id=user["_id"])
    return current_settings().base_url + stored if stored.startswith("/") else stored
