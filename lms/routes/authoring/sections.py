"""/courses: the chapters of a course."""

from typing import Any

from bson import ObjectId

from lms.controllers.authoring import sections
from lms.errors import CourseIncomplete, ForeignOutline, OpensAfterItself, PrerequisiteNotFound
from lms.http.api import Api
from lms.middlewares.auth import author_of_course
from lms.models.accounts.sessions import Caller
from lms.schemas.authoring.sections import ReorderIn, SectionIn
from lms.schemas.catalogue.courses import SectionOutlineOut

api = Api("sections", "/courses", tag="authoring")

Outline = list[SectionOutlineOut]


@api.post(
    "/addSectionToACourse/<id:course_id>",
    allow=author_of_course,
    returns=Outline,
    status=201,
    message="The section is added.",
    refusals=(PrerequisiteNotFound, OpensAfterItself),
)
def add(caller: Caller, course_id: ObjectId, body: SectionIn) -> Any:
    """Add a section at the end of a course."""
    return sections.add(caller, course_id, body)


@api.put(
    "/updateSection/<id:section_id>",
    allow=author_of_course,
    returns=Outline,
    message="The section is changed.",
    refusals=(PrerequisiteNotFound, OpensAfterItself),
)
def edit(caller: Caller, section_id: ObjectId, body: SectionIn) -> Any:
    """Rename a section, and say when it opens."""
    return sections.edit(caller, section_id, body)


@api.delete(
    "/deleteSection/<id:section_id>",
    allow=author_of_course,
    returns=Outline,
    message="The section is deleted.",
    refusals=(CourseIncomplete,),
)
def delete(caller: Caller, section_id: ObjectId) -> Any:
    """Delete a section with its lessons."""
    return sections.delete_section(caller, section_id)


@api.put(
    "/reorder/<id:course_id>",
    allow=author_of_course,
    returns=Outline,
    message="The order is kept.",
    refusals=(ForeignOutline, OpensAfterItself),
)
def reorder(caller: Caller, course_id: ObjectId, body: ReorderIn) -> Any:
    """Put all sections and lessons of a course in a new order."""
    return sections.reorder(caller, course_id, body)
