"""Which collection of ours each of theirs becomes, and what is written of its documents."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import bson
from bson import ObjectId

from lms.models.accounts.profiles import profiles as our_profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import users as our_users
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection
from lms.models.catalogue.categories import categories as our_categories
from lms.models.catalogue.courses import courses as our_courses
from lms.models.catalogue.tags import tags
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews as our_reviews
from lms.models.moderation.approvals import course_approvals
from lms.moving import categories, courses, outline, profiles, progress, reviews, users

HASHED = 16
"""Bytes of the hash of a document, which come before those of what goes with it."""


@dataclass(frozen=True)
class Shelf:
    """A collection of theirs by its name, the one here that it becomes, and the fields that are written."""

    kind: str
    collection: Collection[Any]
    written: tuple[str, ...]

    @property
    def first(self) -> str:
        """Before the rows of all their ids."""
        return f"{self.kind}:"

    @property
    def last(self) -> str:
        """Behind them."""
        return f"{self.kind};"

    def key(self, old: Any) -> str:
        """The id of the row of one of theirs; one whose id is no ObjectId stands apart."""
        return f"{self.kind}:{old}" if isinstance(old, ObjectId) else f"{self.kind}/{old}"

    def hash(self, document: Mapping[str, Any]) -> bytes:
        """Of what is written of a document, to tell one that was changed here since."""
        return digest([(name, document[name]) for name in self.written if name in document])

    def update(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Makes the document here what it has become, and leaves what only this server writes."""
        absent = dict.fromkeys((name for name in self.written if name not in document), "")
        fields = {name: document[name] for name in self.written if name in document}
        return {"$set": fields, **({"$unset": absent} if absent else {})}


def digest(values: list[Any]) -> bytes:
    return hashlib.blake2b(bson.encode({"": values}), digest_size=HASHED).digest()


USERS = Shelf("users", our_users, users.WRITTEN)
PROFILES = Shelf("profiles", our_profiles, profiles.WRITTEN)
CATEGORIES = Shelf("categories", our_categories, categories.WRITTEN)
COURSES = Shelf("courses", our_courses, courses.WRITTEN)
SECTIONS = Shelf("sections", sections, outline.SECTION_WRITTEN)
LESSONS = Shelf("subsections", subsections, outline.LESSON_WRITTEN)
PROGRESS = Shelf("courseprogresses", course_progress, progress.WRITTEN)
REVIEWS = Shelf("ratingandreviews", our_reviews, reviews.WRITTEN)

BESIDE: Mapping[str, Collection[Any]] = {each.name: each for each in (our_users, tags, course_approvals)}
"""What documents of theirs bring along: somebody who stands for one who is gone, words, approvals."""

SHARED_FATE: Mapping[str, tuple[tuple[Collection[Any], str], ...]] = {
    "users": ((our_profiles, "user"), (sessions, "user"), (staff_sessions, "user")),
    "courses": ((course_approvals, "_id"), (enrollments, "course")),
}
"""What goes with a document that is gone from their database, and the field that names it."""


def in_use(shelf: Shelf, ids: list[Any]) -> set[Any]:
    """Those of these documents that are needed here: people who have signed in, courses with learners of ours."""
    if shelf.kind == "users":
        return {each["_id"] for each in our_users.raw.find({"_id": {"$in": ids}, "lastSignInAt": {"$exists": True}})}
    if shelf.kind == "courses":
        ours = {"course": {"$in": ids}, "source": {"$ne": "imported"}}
        return {each["course"] for each in enrollments.raw.find(ours, {"course": 1})}
    return set()


SHELVES = (USERS, PROFILES, CATEGORIES, COURSES, SECTIONS, LESSONS, PROGRESS, REVIEWS)
