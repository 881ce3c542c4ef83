"""What is here, read a batch at a time and with what belongs to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

import pymongo
from bson import ObjectId

from lms.models.accounts.users import User, users
from lms.models.authoring.media import media
from lms.models.authoring.sections import Section, sections
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import Collection, Filter
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.learning.reviews import reviews
from lms.moving.export.catalogue import KEPT

SECONDS = 600
IDS = 1000
HERE: Filter = {"deletedAt": None, "email": {"$exists": True}, "emailVerifiedAt": {"$ne": None}}
"""Accounts that somebody can sign in to."""
COURSES_REMEMBERED = 2000


def batches(collection: Collection[Any], where: Filter, after: ObjectId, size: int) -> Iterator[list[Any]]:
    """The documents behind an id in the order of theirs, a query a batch, so no cursor grows old."""
    while True:
        with pymongo.timeout(SECONDS):
            batch = list(collection.raw.find({**where, "_id": {"$gt": after}}).sort("_id", 1).limit(size))
        if batch:
            yield batch
            after = batch[-1]["_id"]
        if len(batch) < size:
            return


def grouped(
    collection: Collection[Any], field: str, ids: Iterable[ObjectId], **where: Any
) -> dict[ObjectId, list[Any]]:
    """The documents that name one of the ids in the field, by it, each list in the order of their own ids."""
    found: dict[ObjectId, list[Any]] = defaultdict(list)
    with pymongo.timeout(SECONDS):
        for document in collection.raw.find({field: {"$in": list(ids)}, **where}).sort("_id", 1):
            found[document[field]].append(document)
    return found


class Ours:
    """Who and what is written: of accounts those that are `HERE`, and of the others those who own a course."""

    def __init__(self) -> None:
        self.lessons_of = lru_cache(COURSES_REMEMBERED)(self._lessons_of)

    @cached_property
    def course_ids(self) -> frozenset[ObjectId]:
        return frozenset(each["_id"] for each in courses.find({}, {"_id": 1}))

    @cached_property
    def people(self) -> Filter:
        with pymongo.timeout(SECONDS):
            owners = courses.raw.distinct("instructor", courses.live({}))
        return {"$or": [dict(HERE), {"_id": {"$in": owners}}]}

    def present(self, user_ids: Iterable[ObjectId]) -> set[ObjectId]:
        """Those of the people who are written."""
        wanted, found = list(user_ids), set()
        with pymongo.timeout(SECONDS):
            for start in range(0, len(wanted), IDS):
                part = {"$and": [{"_id": {"$in": wanted[start : start + IDS]}}, self.people]}
                found |= {each["_id"] for each in users.raw.find(part, {"_id": 1})}
        return found

    def owned_by(self, people: Iterable[User]) -> dict[ObjectId, list[Any]]:
        return grouped(courses, "instructor", [each["_id"] for each in people], deletedAt=None)

    def _lessons_of(self, course_id: ObjectId) -> frozenset[ObjectId]:
        """The lessons of a course that are written."""
        kept = {"course": course_id, "kind": {"$in": list(KEPT)}}
        return frozenset(each["_id"] for each in subsections.find(kept, {"_id": 1}))

    def outline(self, course_id: ObjectId) -> list[tuple[Section, list[Subsection]]]:
        """The sections of a course with their lessons, both in their order."""
        lessons: dict[ObjectId, list[Subsection]] = defaultdict(list)
        for lesson in subsections.of_course(course_id):
            if lesson["kind"] in KEPT:
                lessons[lesson["section"]].append(lesson)
        return [(each, lessons[each["_id"]]) for each in sections.of_course(course_id)]

    def formats(self, lessons: Iterable[Subsection]) -> Mapping[str, str]:
        """What kind of file each of their videos is."""
        ids = [each["videoPublicId"] for each in lessons if each["videoPublicId"]]
        return {each["_id"]: each["format"] for each in media.find({"_id": {"$in": ids}}) if each["format"]}

    def students_of(self, course_id: ObjectId) -> list[ObjectId]:
        """Who attends a course, in the order in which they came."""
        with pymongo.timeout(SECONDS):
            held = enrollments.raw.find({"course": course_id, "status": "active"}, {"user": 1}).sort("_id", 1)
            named = [each["user"] for each in held]
        present = self.present(named)
        return [each for each in named if each in present]

    def reviews_of(self, course_id: ObjectId) -> list[ObjectId]:
        visible = {"course": course_id, "status": "visible"}
        found = reviews.find(visible, {"user": 1}, sort=[("_id", 1)])
        present = self.present(each["user"] for each in found)
        return [each["_id"] for each in found if each["user"] in present]
