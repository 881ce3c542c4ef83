"""Operations that only these frontends need, on controllers as all are."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access, profiles
from lms.controllers.catalogue import categories, courses
from lms.controllers.learning import attended as attended_courses
from lms.controllers.learning import playbacks
from lms.errors import (
    CourseNotFound,
    CoursesOnSale,
    LastAdministrator,
    LessonLocked,
    LessonNotFound,
    NotEnrolled,
    PlaybackEnded,
    RangeNotSatisfiable,
    StaleSignIn,
)
from lms.http.arguments import Stretch
from lms.middlewares.auth import anyone, anyone_with_a_token, author_of_course, user
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.learning.playbacks import TokenQuery
from lms.studynotion.operations import own


@own(allow=user)
def me(caller: Caller) -> Any:
    """The caller with their profile and the ids of what they attend."""
    return profiles.show_learner(caller.id)


@own(
    allow=user,
    refusals=(StaleSignIn, CoursesOnSale, LastAdministrator),
    limits=(per_caller("10 per 15 minutes", "deleteaccount"),),
)
def delete_account(caller: Caller) -> None:
    """Delete the account of who signed in lately; the owner is told by mail and can come back for thirty days."""
    profiles.delete_lately_signed_in(caller)


@own(allow=author_of_course)
def written_course(caller: Caller, course_id: ObjectId) -> Any:
    """A course as its authors see it, whatever its state."""
    return courses.own_details(caller, course_id)


@own(allow=author_of_course)
def place_of_section(caller: Caller, section_id: ObjectId) -> Any:
    """The course that a section of the caller's is in, and the section: `{course, section}`."""
    return {"course": access.own_section(caller, section_id)["course"], "section": section_id}


@own(allow=author_of_course)
def place_of_lesson(caller: Caller, subsection_id: ObjectId) -> Any:
    """The course and the section that a lesson of the caller's is in: `{course, section}`."""
    lesson = access.own_lesson(caller, subsection_id)
    return {"course": lesson["course"], "section": lesson["section"]}


@own(allow=anyone)
def categories_with_courses() -> Any:
    """Every category with the ids of what is published in it."""
    return categories.list_with_courses()


@own(allow=anyone, refusals=(CourseNotFound,))
def course_page(course_id: ObjectId) -> Any:
    """A published course with what its author says of themselves and who attends it."""
    return courses.details_with_people(course_id)


@own(allow=user)
def attended(caller: Caller) -> Any:
    """Every course that the caller attends, with its outline and what they have completed of it."""
    return attended_courses.every_course(caller.id)


@own(
    allow=anyone_with_a_token,
    refusals=(PlaybackEnded, LessonNotFound, LessonLocked, NotEnrolled, CourseNotFound, RangeNotSatisfiable),
)
def watch(subsection_id: ObjectId, query: TokenQuery, wanted: Stretch) -> Any:
    """The next bytes of a video for the sign-in that was given its address, or where they all are."""
    return playbacks.play_lasting(subsection_id, query.token, wanted.bytes)
