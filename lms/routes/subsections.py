"""/courses: the lessons of a course."""

from typing import Any

from bson import ObjectId

from lms.controllers import subsections
from lms.errors import LessonNotFound, NotYourVideo, SectionNotFound
from lms.http import Api
from lms.middlewares.auth import owner
from lms.models.sessions import Caller
from lms.routes.sections import Outline
from lms.schemas.subsections import SubsectionChangeIn, SubsectionIn

api = Api("lessons", "/courses", tag="authoring")


@api.post(
    "/addSubsection/<section_id>",
    allow=owner,
    returns=Outline,
    status=201,
    message="The lesson is added.",
    refusals=(SectionNotFound, NotYourVideo),
)
def add(caller: Caller, section_id: ObjectId, body: SubsectionIn) -> Any:
    """Add a lesson at the end of a section."""
    return subsections.add(caller, section_id, body)


@api.put(
    "/updateSubsection/<subsection_id>",
    allow=owner,
    returns=Outline,
    message="The lesson is changed.",
    refusals=(LessonNotFound, NotYourVideo),
)
def edit(caller: Caller, subsection_id: ObjectId, body: SubsectionChangeIn) -> Any:
    """Change what the body names of a lesson."""
    return subsections.edit(caller, subsection_id, body)


@api.delete(
    "/deleteSubsection/<subsection_id>",
    allow=owner,
    returns=Outline,
    message="The lesson is deleted.",
    refusals=(LessonNotFound,),
)
def remove(caller: Caller, subsection_id: ObjectId) -> Any:
    """Delete a lesson."""
    return subsections.remove(caller, subsection_id)
