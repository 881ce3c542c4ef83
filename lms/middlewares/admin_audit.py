"""Keeps on record what administrators do through the API."""

from collections.abc import Callable, Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.middlewares import client_address
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import users
from lms.models.base import COLLECTIONS
from lms.models.system.audit_log import Subject, audit_log

SUBJECTS = {
    "course_id": "courses",
    "section_id": "sections",
    "subsection_id": "subsections",
    "review_id": "ratingAndReviews",
    "order_id": "orders",
    "session_id": "sessions",
    "user_id": "users",
}
"""The collections of the documents that arguments name; what names none is about the caller's own account."""

NAMES = {"section_name": "sectionName", "title": "title"}
"""What bodies call the names of things, and the fields that they are stored in."""

NEITHER = {"passwordHash": 0, "totp": 0, "searchText": 0, "titlePrefixes": 0, "descriptionText": 0}
"""Fields that are no reader's business, or follow from others."""

Document = dict[str, Any]


def run(action: str, handler: Callable[..., Any], caller: Caller, arguments: Mapping[str, Any]) -> Any:
    """What the handler returns; once it has, a row says who called, from where, and what differs in the subject now."""
    actor = access.acting(caller, client_address.client())
    collection, subject_id = _subject(caller, arguments)
    before = _read(collection, subject_id)
    result = handler(**arguments)
    after = {**_named(arguments), **_read(collection, subject_id)}
    subject = Subject(collection, subject_id, _label(before or after) or str(subject_id))
    audit_log.record(actor, action, subject, before, after)
    return result


def _subject(caller: Caller, arguments: Mapping[str, Any]) -> tuple[str, ObjectId]:
    """What the call is about: the first document that its path names, else its body."""
    given = _given(arguments)
    name = next((name for name in given if name in SUBJECTS), None)
    return (SUBJECTS[name], given[name]) if name else (users.name, caller.id)


def _read(collection: str, subject_id: ObjectId) -> Document:
    found: Document | None = COLLECTIONS[collection]().raw.find_one({"_id": subject_id}, NEITHER)
    return {**(found or {}), **(_profile(subject_id) if collection == users.name else {})}


def _profile(user_id: ObjectId) -> Document:
    profile: Mapping[str, Any] = profiles.get({"user": user_id}, {"_id": 0, "user": 0}) or {}
    return {f"profile.{name}": value for name, value in profile.items()}


def _named(arguments: Mapping[str, Any]) -> Document:
    """What the body calls something that is new."""
    given = _given(arguments)
    return {stored: given[name] for name, stored in NAMES.items() if name in given}


def _given(arguments: Mapping[str, Any]) -> Document:
    return {**arguments, **dict(arguments.get("body") or ())}


def _label(document: Document) -> str | None:
    """What people call it."""
    if "firstName" in document:
        return f"{document['firstName']} {document['lastName']}"
    return document.get("title") or document.get("sectionName")
