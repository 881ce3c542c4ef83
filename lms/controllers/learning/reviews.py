"""Ratings and reviews: one of each learner for each course."""

from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import AlreadyReported, AlreadyReviewed, CourseNotFound, ReviewNotFound
from lms.models.accounts.sessions import Caller
from lms.models.base import Page, now
from lms.models.catalogue.courses import courses
from lms.models.freshness import read
from lms.models.learning.reviews import NEWEST_FIRST, Review, ReviewStatus, reviews
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.learning.reviews import ReportIn, ReviewChangeIn, ReviewIn, ReviewsQuery

HELD = "Your review is kept. It is shown once we have looked at it, for your last one was hidden."

SORTS = {
    "newest": dict(NEWEST_FIRST),
    "oldest": {"createdAt": 1, "_id": 1},
    "rating": {"rating": 1, "_id": 1},
    "-rating": {"rating": -1, "_id": -1},
}


def list_visible(query: ReviewsQuery) -> Page[dict[str, Any]]:
    """A page of everybody's reviews, or of one published course's, which knows how many it has."""
    if query.courseId is None:
        return reviews.cards({}, SORTS[query.sort], query.page, query.limit)
    total = average(query.courseId)["ratingCount"]
    return reviews.cards({"course": query.courseId}, SORTS[query.sort], query.page, query.limit, total)


def average(course_id: ObjectId) -> dict[str, Any]:
    read(f"course/{course_id}")
    course = courses.get({"_id": course_id, "status": "published"}, {"ratingAverage": 1, "ratingCount": 1})
    if course is None:
        raise CourseNotFound
    return {"averageRating": course["ratingAverage"], "ratingCount": course["ratingCount"]}


@transactional
def create(caller: Caller, form: ReviewIn) -> Result:
    """Publish the caller's one review of a course they attend, unless staff hid the one before it."""
    status: ReviewStatus = "hidden" if reviews.was_hidden(caller.id, form.course_id) else "visible"
    try:
        review_id = reviews.publish(caller.id, form.course_id, form.rating, form.review, status)
    except DuplicateKeyError:
        raise AlreadyReviewed from None
    if status == "visible" and not courses.move_rating(form.course_id, None, form.rating):
        raise CourseNotFound
    return Result(reviews.card(review_id), message=HELD if status == "hidden" else None)


@transactional
def edit(caller: Caller, review_id: ObjectId, form: ReviewChangeIn) -> dict[str, Any]:
    """Change what the form names of the caller's own review."""
    review, fields = _own(caller.id, review_id), form.model_dump(exclude_none=True)
    reviews.update({"_id": review_id}, {"$set": {**fields, "updatedAt": now()}, "$inc": {"revision": 1}})
    if review["status"] == "visible":
        rating = fields.get("rating", review["rating"])
        courses.move_rating(review["course"], review["rating"], rating, deleted_too=True)
    return reviews.card(review_id)


@transactional
def delete_review(caller: Caller, review_id: ObjectId) -> None:
    """Take the caller's own review out of sight and out of the course's rating."""
    review = _own(caller.id, review_id)
    reviews.update({"_id": review_id}, {"$set": {"deletedAt": now(), "deletedBy": caller.id}})
    if review["status"] == "visible":
        courses.move_rating(review["course"], review["rating"], None, deleted_too=True)


def report(caller: Caller, review_id: ObjectId, form: ReportIn) -> None:
    """Bring a review to the moderators' attention, once a person."""
    if reviews.report(review_id, caller.id, form.reason):
        return
    raise AlreadyReported if reviews.get({"_id": review_id}, {"_id": 1}) else ReviewNotFound


def _own(user_id: ObjectId, review_id: ObjectId) -> Review:
    review = reviews.get({"_id": review_id, "user": user_id})
    if review is None:
        raise ReviewNotFound
    return review
