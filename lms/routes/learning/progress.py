"""/profile/updateCourseProgress: how far learners have come."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import progress
from lms.errors import GradedLesson, LessonLocked, LessonNotFound
from lms.http.api import Api
from lms.middlewares.auth import enrolled
from lms.models.accounts.sessions import Caller
from lms.schemas.learning.progress import ProgressIn, ProgressOut

api = Api("progress", "/profile", tag="profile")


@api.post(
    "/updateCourseProgress/<id:course_id>",
    allow=enrolled,
    returns=ProgressOut,
    message="Your progress is kept.",
    refusals=(LessonNotFound, LessonLocked, GradedLesson),
)
def update(caller: Caller, course_id: ObjectId, body: ProgressIn) -> Any:
    """Keep what was watched: one lesson's state, or events in any order, any number of times."""
    return progress.update(caller, course_id, body)
