"""/courses/lesson: opening lessons."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import lessons
from lms.errors import CourseNotFound, LessonLocked, LessonNotFound, NotEnrolled, NotSignedIn
from lms.http.api import Api
from lms.http.arguments import OptionalCaller
from lms.middlewares.auth import anyone_who_may_watch
from lms.schemas.learning.lessons import LessonOut

api = Api("opened_lessons", "/courses", tag="lessons")


@api.get(
    "/lesson/<id:subsection_id>",
    allow=anyone_who_may_watch,
    returns=LessonOut,
    refusals=(LessonLocked, LessonNotFound, NotSignedIn, NotEnrolled, CourseNotFound),
)
def show(caller: OptionalCaller, subsection_id: ObjectId) -> Any:
    """A lesson with what is in it: a text, an embedded page, a file; a video is watched by its playback."""
    return lessons.show(caller, subsection_id)
