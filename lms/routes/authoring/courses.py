"""/courses: writing courses, and handing them in."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring import courses as authoring
from lms.errors import (
    CategoryNotFound,
    CourseHasStudents,
    CourseIncomplete,
    CourseNotDeleted,
    CourseNotDraft,
    CourseNotPublic,
    InstructorNotApproved,
    NotAnImage,
    NotYourUpload,
    TooLarge,
    UploadMissing,
)
from lms.extensions import current_settings
from lms.http.api import Api
from lms.http.forms import OptionalUpload
from lms.middlewares.auth import author_of_course, instructor, owner, owner_of_deleted
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.authoring.courses import CourseChangeIn, CourseIn
from lms.schemas.catalogue.courses import CourseDetailsOut

api = Api("authoring", "/courses")

THUMBNAIL = (CategoryNotFound, NotAnImage, TooLarge, NotYourUpload, UploadMissing)


@api.post(
    "/createCourse",
    allow=instructor,
    returns=CourseDetailsOut,
    status=201,
    message="The draft is created.",
    refusals=THUMBNAIL,
    limits=(per_caller("100 per hour", "createcourse"),),
)
def create(caller: Caller, body: CourseIn, thumbnail: OptionalUpload) -> Any:
    """Begin a draft; all but its title may follow later (thumbnail: JPEG, PNG, WebP or GIF, at most 10 MB)."""
    return authoring.create(caller, body, thumbnail)


@api.put(
    "/editCourse/<id:course_id>",
    allow=author_of_course,
    returns=CourseDetailsOut,
    message="The course is changed.",
    refusals=(CourseIncomplete, *THUMBNAIL),
    limits=(per_caller("600 per hour", "editcourse"),),
)
def edit(caller: Caller, course_id: ObjectId, body: CourseChangeIn, thumbnail: OptionalUpload) -> Any:
    """Change what the body names of a course."""
    return authoring.edit(caller, course_id, body, thumbnail)


@api.post(
    "/submitCourse/<id:course_id>",
    allow=owner,
    returns=CourseDetailsOut,
    message="The course is handed in.",
    refusals=(CourseNotDraft, CourseIncomplete, InstructorNotApproved),
)
def submit(caller: Caller, course_id: ObjectId) -> Any:
    """Hand a complete draft to staff; where nobody moderates it is published at once."""
    return authoring.submit(caller, course_id, moderated=current_settings().moderation == "on")


@api.post(
    "/unpublishCourse/<id:course_id>",
    allow=owner,
    returns=CourseDetailsOut,
    message="The course is a draft again. Those who attend it keep it.",
    refusals=(CourseNotPublic,),
)
def unpublish(caller: Caller, course_id: ObjectId) -> Any:
    """Take a course out of the catalogue or out of review."""
    return authoring.unpublish(caller, course_id)


@api.delete(
    "/deleteCourse/<id:course_id>",
    allow=owner,
    message="The course is deleted. It can be restored within 30 days.",
    refusals=(CourseHasStudents,),
)
def delete(caller: Caller, course_id: ObjectId) -> None:
    """Delete a course with its sections and lessons, unless learners attend it and staff have not archived it."""
    authoring.delete(caller, course_id)


@api.post(
    "/restoreCourse/<id:course_id>",
    allow=owner_of_deleted,
    returns=CourseDetailsOut,
    message="The course is back.",
    refusals=(CourseNotDeleted,),
)
def restore(caller: Caller, course_id: ObjectId) -> Any:
    """Bring back a deleted course with all that went with it."""
    return authoring.restore(caller, course_id)
