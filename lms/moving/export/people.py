"""Accounts and profiles as theirs."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from bson import ObjectId

from lms.extensions import current_settings
from lms.models.accounts.profiles import Profile
from lms.models.accounts.users import User

Document = dict[str, Any]

TYPES = {"student": "Student", "instructor": "Instructor", "admin": "Admin"}
NOBODYS = "$2b$10$" + "u" * 53
"""A well-formed hash that no password has: their accounts have to have one."""
DRAWN = "https://api.dicebear.com/5.x/initials/svg?seed="
"""Where their sign-up has initials drawn."""
CONTACT_NUMBER = re.compile(r"(?:(\+\d{1,3})[ -])?(.*)", re.ASCII)
"""The country, where it is set apart, and the rest."""
MOST_DIGITS = 15
"""Of a number that JavaScript counts exactly."""


def user(ours: User, profile_id: ObjectId, courses: Iterable[ObjectId], progress: Iterable[ObjectId]) -> Document:
    """`courses` are those an instructor owns, or a learner attends. One who is gone has an address that is nobody's."""
    gone = "email" not in ours or "deletedAt" in ours
    return {
        "_id": ours["_id"],
        "firstName": ours["firstName"],
        "lastName": ours["lastName"] or ours["firstName"],
        "email": f"{ours['_id']}@former.invalid" if gone else ours["email"],
        "password": _password(None if gone else ours.get("passwordHash")),
        "accountType": TYPES[ours["role"]],
        "active": ours["status"] == "active" and not gone,
        "approved": "appliedAt" not in ours,
        "additionalDetails": profile_id,
        "courses": list(courses),
        "image": _image(ours),
        "courseProgress": list(progress),
        "createdAt": ours["createdAt"],
        "updatedAt": ours["updatedAt"],
        "__v": 0,
    }


def _password(stored: str | None) -> str:
    """`$2y$` is `$2b$` by another name, which bcrypt for Node does not know."""
    return re.sub(r"^\$2y\$", "$2b$", stored) if stored else NOBODYS


def _image(ours: User) -> str:
    stored = ours["image"]
    if stored is None:
        return DRAWN + quote(f"{ours['firstName']} {ours['lastName']}".strip())
    return absolute(stored)


def absolute(address: str) -> str:
    """An address as browsers reach it; those on our own server are stored without its name."""
    return current_settings().base_url + address if address.startswith("/") else address


def profile(ours: Profile | Mapping[str, Any]) -> Document:
    """Contact numbers are numbers there, so blanks and leading zeros go; some branches keep the country beside it."""
    number = CONTACT_NUMBER.fullmatch(ours["contactNumber"] or "")
    country, digits = (number[1], re.sub(r"[^0-9]", "", number[2])) if number else (None, "")
    return {
        "_id": ours["_id"],
        "gender": ours["gender"],
        "dateOfBirth": ours["dateOfBirth"],
        "about": ours["bio"],
        "contactNumber": int(digits) if digits and len(digits) <= MOST_DIGITS else None,
        **({"countryCode": country} if country else {}),
        "__v": 0,
    }


def empty_profile(user_id: ObjectId) -> Document:
    return profile({"_id": user_id, **dict.fromkeys(("gender", "dateOfBirth", "bio", "contactNumber"))})
