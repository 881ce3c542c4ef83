"""/courses: the lessons of a course."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring import subsections
from lms.errors import (
    CourseIncomplete,
    EmbedRefused,
    FileMismatch,
    NotAVideo,
    NotYourUpload,
    OpensAfterItself,
    OtherKind,
    PrerequisiteNotFound,
    TooLarge,
    TruncatedVideo,
    UnplayableVideo,
    UploadMissing,
)
from lms.http.api import Api
from lms.http.forms import OptionalUpload
from lms.middlewares.auth import author_of_course
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.routes.authoring.sections import Outline
from lms.schemas.authoring.subsections import SubsectionChangeIn, SubsectionIn

api = Api("lessons", "/courses", tag="authoring")

FORM_VIDEO_BYTES = 100 * 1024 * 1024
"""A larger video goes straight to the store, with an uploadSignature."""

CONTENT = (
    NotAVideo,
    TruncatedVideo,
    UnplayableVideo,
    FileMismatch,
    NotYourUpload,
    UploadMissing,
    TooLarge,
    EmbedRefused,
    OtherKind,
    PrerequisiteNotFound,
    OpensAfterItself,
)
LIMIT = per_caller("600 per hour", "lessons")


@api.post(
    "/addSubsection/<id:section_id>",
    allow=author_of_course,
    returns=Outline,
    status=201,
    message="The lesson is added.",
    refusals=CONTENT,
    upload_bytes=FORM_VIDEO_BYTES,
    limits=(LIMIT,),
)
def add(caller: Caller, section_id: ObjectId, body: SubsectionIn, video: OptionalUpload) -> Any:
    """Add a lesson of a kind at the end of a section; a video of at most 100 MB may come along."""
    return subsections.add(caller, section_id, body, video)


@api.put(
    "/updateSubsection/<id:subsection_id>",
    allow=author_of_course,
    returns=Outline,
    message="The lesson is changed.",
    refusals=CONTENT,
    upload_bytes=FORM_VIDEO_BYTES,
    limits=(LIMIT,),
)
def edit(caller: Caller, subsection_id: ObjectId, body: SubsectionChangeIn, video: OptionalUpload) -> Any:
    """Change what the body names of a lesson."""
    return subsections.edit(caller, subsection_id, body, video)


@api.delete(
    "/deleteSubsection/<id:subsection_id>",
    allow=author_of_course,
    returns=Outline,
    message="The lesson is deleted.",
    refusals=(CourseIncomplete,),
)
def delete(caller: Caller, subsection_id: ObjectId) -> Any:
    """Delete a lesson."""
    return subsections.delete_lesson(caller, subsection_id)
