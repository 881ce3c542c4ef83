"""Who may import what: administrators everything; authors the learners and questions of their own courses."""

from bson import ObjectId

from lms.controllers.accounts import access
from lms.errors import CourseNotFound, Forbidden, ImportNotFound
from lms.models.accounts.sessions import Caller
from lms.models.catalogue.courses import courses
from lms.models.imports.imports import Import, imports


def require_importing(caller: Caller, course_id: ObjectId | None) -> None:
    """Raise Forbidden where an author names no course, CourseNotFound where it is none of theirs."""
    if course_id is not None:
        access.require_writing(caller, course_id)
        if courses.get({"_id": course_id}, {"_id": 1}) is None:
            raise CourseNotFound
    elif caller.role != "admin":
        raise Forbidden


def own_import(caller: Caller, import_id: ObjectId) -> Import:
    """An import that the caller made, whose course they still write, or any for administrators; else ImportNotFound."""
    found = imports.get({"_id": import_id}, {"report": 0})
    if found is None:
        raise ImportNotFound
    if caller.role != "admin" and not (
        found["by"] == caller.id and "course" in found and access.writes(caller, found["course"])
    ):
        raise ImportNotFound
    return found
