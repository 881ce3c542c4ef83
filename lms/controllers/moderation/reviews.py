"""What moderators decide on reviews; every decision closes the reports that are open.

`seen` is the revision of the review that they decided on, which grows with every edit, report and decision.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import users as user_controller
from lms.controllers.moderation import courses as moderation
from lms.errors import ChangedMeanwhile, ReviewNotFound, ReviewUnchanged
from lms.jobs.moderation import courses as jobs
from lms.models.accounts.users import NAME, users
from lms.models.base import Subject
from lms.models.catalogue.courses import courses
from lms.models.learning.reviews import Decision, Review, ReviewStatus, reviews
from lms.models.stages import lookup
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional

AUTHOR = {"id": "$_id", "name": NAME, "status": 1, "role": 1, "staffRole": 1, "updatedAt": 1}
JOINED = [
    *lookup("users", "user", "author", AUTHOR),
    *lookup("courses", "course", "of", {"id": "$_id", "title": 1}),
]


def review_file(review_id: ObjectId) -> dict[str, Any]:
    """A review, deleted or not, with its `author`, its `of` (the course), its `reports` and what staff did."""
    found = list(reviews.raw.aggregate([{"$match": {"_id": review_id}}, *JOINED]))
    if not found:
        raise ReviewNotFound
    [review] = found
    reporters = users.raw.find({"_id": {"$in": [each["user"] for each in review["reports"]]}}, {"name": NAME})
    names = {each["_id"]: each["name"] for each in reporters}
    reports = [{**each, "by": names.get(each["user"])} for each in review["reports"]]
    return {"review": review, "reports": reports, "history": audit_log.history(reviews.name, review_id)}


def label(review: Mapping[str, Any]) -> str:
    """What people call a review that has been JOINED."""
    author, course = review["author"] or {}, review["of"] or {}
    return f"{author.get('name', 'somebody')} on {course.get('title', 'a course that is gone')}"


@transactional
def hide(review_id: ObjectId, reason: str, seen: int) -> None:
    """Take a review out of sight and out of the course's rating."""
    review = _require(review_id, seen)
    if review["status"] == "hidden":
        raise ReviewUnchanged
    courses.move_rating(review["course"], review["rating"], None, deleted_too=True)
    _decide("review.hide", review, "hidden", "hidden", reason)


@transactional
def restore(review_id: ObjectId, seen: int) -> None:
    """Show a hidden review again, and let it count again."""
    review = _require(review_id, seen)
    if review["status"] == "visible":
        raise ReviewUnchanged("The review is not hidden.")
    courses.move_rating(review["course"], None, review["rating"], deleted_too=True)
    _decide("review.restore", review, "kept", "visible")


@transactional
def dismiss(review_id: ObjectId, seen: int, reason: str | None = None) -> None:
    """Leave a reported review as it is."""
    review = _require(review_id, seen, deleted_too=True)
    if "reportedAt" not in review:
        raise ReviewUnchanged("The review has no open reports.")
    _decide("review.dismiss_reports", review, "kept", review["status"], reason)


@transactional
def warn(review_id: ObjectId, reason: str, seen: int) -> None:
    """Leave a review, also one deleted by now, as it is, and mail its author what is wrong with it."""
    review = _require(review_id, seen, deleted_too=True)
    row = _decide("review.warn_author", review, "warned", review["status"], reason)
    jobs.tell_warned.promise(row)


@transactional
def suspend_author(review_id: ObjectId, reason: str, seen: int, author_seen: datetime) -> None:
    """Leave a review, also one deleted by now, as it is, and suspend its author, whose account is as it was seen."""
    review = _require(review_id, seen, deleted_too=True)
    user_controller.suspend(review["user"], reason, author_seen)
    _decide("review.suspend_author", review, "suspended", review["status"], reason)


def _require(review_id: ObjectId, seen: int, deleted_too: bool = False) -> Review:
    review: Review | None = reviews.raw.find_one({"_id": review_id})
    if review is None or ("deletedAt" in review and not deleted_too):
        raise ReviewNotFound("There is no such review, or its author has deleted it.")
    _leave_own(review)
    if review.get("revision", 0) != seen:
        raise ChangedMeanwhile
    return review


def _leave_own(review: Review) -> None:
    course = courses.raw.find_one({"_id": review["course"]}, {"instructor": 1, "coAuthors": 1})
    authors = [course["instructor"], *course["coAuthors"]] if course else []
    moderation.leave_own(review["user"], *authors)


def _decide(
    action: str, review: Review, decision: Decision, status: ReviewStatus, reason: str | None = None
) -> ObjectId:
    reviews.decide(review["_id"], decision, status)
    before = {"status": review["status"], "openReports": review.get("openReports", 0)}
    [joined] = reviews.raw.aggregate([{"$match": {"_id": review["_id"]}}, *JOINED])
    subject = Subject(reviews.name, review["_id"], label(joined))
    return audit_log.record(action, subject, before, {"status": status, "openReports": 0}, reason)
