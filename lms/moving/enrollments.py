"""Who attends what, of two lists that often differ."""

import hashlib
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.moving.became import made
from lms.moving.school import School


def enrollment_id(user_id: ObjectId, course_id: ObjectId) -> ObjectId:
    """The id of a pair's enrolment, the same whenever it is asked for: theirs are no documents, so they have none."""
    younger = max(user_id, course_id).binary[:4]
    return ObjectId(younger + hashlib.blake2b(user_id.binary + course_id.binary, digest_size=8).digest())


def enrolled_at(school: School, course: int, place: int, user_id: ObjectId) -> datetime:
    """The time of the oldest progress, which is made at the purchase; else the first at which it was possible."""
    first = school.first_progress_of(place)
    return made(first) if first else max(made(user_id), school.course_created[course])


def enrollment(school: School, course: int, place: int, number: int) -> dict[str, Any]:
    """One learner's enrolment; who paid what nobody wrote down."""
    user_id, course_id = school.person_id(number), school.course_ids[course]
    return {
        "_id": enrollment_id(user_id, course_id),
        "user": user_id,
        "course": course_id,
        "status": "active",
        "source": "imported",
        "amountPaid": 0,
        "enrolledAt": enrolled_at(school, course, place, user_id),
    }
