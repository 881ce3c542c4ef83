"""/courses/lesson: opening lessons."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import lesson_search, lessons
from lms.errors import CourseNotFound, LessonLocked, LessonNotFound, NotEnrolled, NotSignedIn
from lms.http.api import Api
from lms.http.arguments import OptionalCaller
from lms.middlewares.auth import anyone_who_may_watch, enrolled_or_owner
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.learning.lessons import FoundLessonOut, LessonOut, LessonsQuery

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


@api.get(
    "/searchLessons/<id:course_id>",
    allow=enrolled_or_owner,
    returns=list[FoundLessonOut],
    limits=(per_caller("600 per hour", "searchlessons"),),
)
def find(caller: Caller, course_id: ObjectId, query: LessonsQuery) -> Any:
    """The lessons of a course in which all of the words stand: in title, description or text."""
    return lesson_search.find(caller, course_id, query.q)
