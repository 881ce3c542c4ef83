"""What their learners thought of courses."""

import math
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became, Beside, moment
from lms.moving.losses import Losses
from lms.moving.references import object_id
from lms.moving.school import School
from lms.moving.users import former_member

WRITTEN = ("user", "course", "rating", "review", "status", "createdAt", "updatedAt")
LEAST, MOST = 1, 5


def became(old: ObjectId, document: Mapping[str, Any], school: School) -> Became | None:
    """One review; none where it came after the survey, which is for the next run."""
    losses, review = Losses(), read("ratingandreviews", document)
    course_id, said = object_id(review["course"]), object_id(review["user"])
    if school.course(course_id) is None or course_id is None:
        losses.add("course_unknown")
        return Became(old, losses=losses.all())
    user_id = school.account(said) or said or old
    newest = school.newest_review.get(school.review_key(user_id, course_id), old.binary)
    if newest < old.binary:
        return None
    if newest > old.binary:
        losses.add("merged_review", ObjectId(newest))
        return Became(old, into=ObjectId(newest), merged=True, losses=losses.all())
    stars = _stars(review["rating"], losses)
    if stars is None:
        return Became(old, losses=losses.all())
    losses.add_all("field_not_taken", unknown("ratingandreviews", document))
    at, beside = moment(review["createdAt"], old), _author(said, user_id, school, losses)
    written = {
        "_id": old,
        "user": user_id,
        "course": course_id,
        "rating": stars,
        "review": texts.plain(review["review"], 2000, losses, "review"),
        "status": "visible" if _attended(said, course_id, school, losses) else "hidden",
        "reports": [],
        "createdAt": at,
        "updatedAt": at,
    }
    return Became(old, written, losses=losses.all(), beside=beside)


def _stars(value: Any, losses: Losses) -> int | None:
    """Whole stars from 1 to 5; some branches store text."""
    try:
        given = float(value)
    except (TypeError, ValueError):
        given = math.nan
    if not math.isfinite(given):
        losses.add("rating_unusable")
        return None
    stars = min(MOST, max(LEAST, math.floor(given + 0.5)))
    if not LEAST <= given <= MOST:
        losses.add("rating_clamped")
    elif stars != given:
        losses.add("rating_rounded")
    return stars


def _attended(said: ObjectId | None, course_id: ObjectId, school: School, losses: Losses) -> bool:
    """Also of somebody who has left, whom the course's list goes on naming."""
    number = school.person(said)
    if number is not None and school.place(school.course(course_id), number) is not None:
        return True
    if number is None and said is not None and (course_id.binary, said.binary) in school.gone_learners:
        return True
    losses.add("review_hidden")
    return False


def _author(said: ObjectId | None, user_id: ObjectId, school: School, losses: Losses) -> tuple[Beside, ...]:
    if school.person(said) is not None:
        return ()
    losses.add("author_unknown")
    return (former_member(user_id, "student"),)
