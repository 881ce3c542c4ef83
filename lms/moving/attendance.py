"""Writes who attends what, and ends what neither of their lists says any more."""

from collections.abc import Callable, Iterator
from typing import Any

from bson import ObjectId
from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError

from lms.models.learning.enrollments import enrollments
from lms.moving.enrollments import enrollment, enrollment_id
from lms.moving.school import School
from lms.moving.tally import Count
from lms.moving.writer import Writer

Pair = tuple[ObjectId, ObjectId]

KIND = "enrollments"
AT_ONCE = 2000
COMPARED = {"user": 1, "course": 1, "source": 1, "status": 1, "enrolledAt": 1}
DUPLICATE = 11000


def enrol(school: School, writer: Writer, step: Callable[[int], None]) -> None:
    """Enrol everybody who attends; an enrolment that was made, ended or bought here stays as it is."""
    count = writer.tally.counts[KIND]
    for numbers, wanted in _by_courses(school):
        ours = enrollments.raw.find({"course": {"$in": [school.course_ids[each] for each in numbers]}}, COMPARED)
        writes = list(_writes(wanted, {(each["user"], each["course"]): each for each in ours}, count))
        count.read += len(wanted)
        count.written += len(wanted)
        if writes and not writer.dry:
            _write(writes)
        step(len(wanted))


def _by_courses(school: School) -> Iterator[tuple[list[int], dict[Pair, dict[str, Any]]]]:
    """The enrolments of some courses at a time."""
    numbers: list[int] = []
    wanted: dict[Pair, dict[str, Any]] = {}
    for course, course_id in enumerate(school.course_ids):
        numbers.append(course)
        for place, number in school.learners_of(course):
            wanted[school.person_id(number), course_id] = enrollment(school, course, place, number)
        if len(wanted) >= AT_ONCE:
            yield numbers, wanted
            numbers, wanted = [], {}
    if numbers:
        yield numbers, wanted


def _writes(wanted: dict[Pair, dict[str, Any]], ours: dict[Pair, Any], count: Count) -> Iterator[Any]:
    for pair, made in wanted.items():
        here = ours.get(pair)
        if here is None:
            count.made += 1
            yield InsertOne(made)
        elif _is_theirs(here) and here["enrolledAt"] != made["enrolledAt"]:
            count.changed += 1
            yield UpdateOne({"_id": here["_id"]}, {"$set": {"enrolledAt": made["enrolledAt"]}})
    for pair, here in ours.items():
        if pair not in wanted and _is_theirs(here):
            count.removed += 1
            yield DeleteOne({"_id": here["_id"]})


def _is_theirs(here: dict[str, Any]) -> bool:
    """Whether an import made it, and nobody has decided on it since."""
    made: bool = here["_id"] == enrollment_id(here["user"], here["course"])
    return made and (here["source"], here["status"]) == ("imported", "active")


def _write(writes: list[Any]) -> None:
    try:
        enrollments.raw.bulk_write(writes, ordered=False)
    except BulkWriteError as error:
        # Somebody enrolled here at the same moment: they attend.
        if any(each["code"] != DUPLICATE for each in error.details["writeErrors"]):
            raise
