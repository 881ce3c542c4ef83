"""/courses: ratings and reviews."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import reviews
from lms.errors import AlreadyReported, AlreadyReviewed, CourseNotFound, ReviewNotFound
from lms.http.api import Api
from lms.middlewares.auth import anyone, author, enrolled, user
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.learning.reviews import AverageRatingOut, ReportIn, ReviewChangeIn, ReviewIn, ReviewOut, ReviewsQuery

api = Api("reviews", "/courses")


@api.post(
    "/createRating",
    allow=enrolled,
    returns=ReviewOut,
    status=201,
    message="Your review is published.",
    refusals=(AlreadyReviewed,),
    limits=(per_caller("30 per hour", "reviews"),),
)
def create(caller: Caller, body: ReviewIn) -> Any:
    """Rate and review a course one attends, once."""
    return reviews.create(caller, body)


@api.put("/reviews/<id:review_id>", allow=author, returns=ReviewOut, message="Your review is changed.")
def edit(caller: Caller, review_id: ObjectId, body: ReviewChangeIn) -> Any:
    """Change one's own review."""
    return reviews.edit(caller, review_id, body)


@api.delete("/reviews/<id:review_id>", allow=author, status=204)
def delete(caller: Caller, review_id: ObjectId) -> None:
    """Delete one's own review."""
    reviews.delete_review(caller, review_id)


@api.post(
    "/reviews/<id:review_id>/report",
    allow=user,
    status=202,
    message="Thank you. A moderator will look at it.",
    refusals=(ReviewNotFound, AlreadyReported),
    limits=(per_caller("20 per hour", "reports"),),
)
def report(caller: Caller, review_id: ObjectId, body: ReportIn) -> None:
    """Bring a review to the moderators' attention."""
    reviews.report(caller, review_id, body)


@api.get("/getReviews", allow=anyone, returns=list[ReviewOut], cached=True, refusals=(CourseNotFound,))
def list_visible(query: ReviewsQuery) -> Any:
    """Reviews, of one course or of all."""
    return reviews.list_visible(query)


@api.get(
    "/getAverageRating/<id:course_id>", allow=anyone, returns=AverageRatingOut, cached=True, refusals=(CourseNotFound,)
)
def average(course_id: ObjectId) -> Any:
    """A course's average rating and how many gave one."""
    return reviews.average(course_id)
