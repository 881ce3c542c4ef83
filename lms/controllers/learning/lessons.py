"""Opening lessons, for those who may."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.accounts.access import Right
from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.controllers.learning import availability
from lms.errors import LessonNotFound
from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Subsection, subsections
from lms.results import Redirect
from lms.services.authoring import cloudinary

NOTHING: dict[str, Any] = {"text": None, "embedUrl": None, "file": None}


def show(caller: Caller | None, subsection_id: ObjectId) -> dict[str, Any]:
    """A lesson with what is in it; a video is watched by its playback."""
    lesson = subsections.get({"_id": subsection_id})
    if lesson is None:
        raise LessonNotFound
    require_right(caller, lesson)
    shared = {name: lesson[name] for name in ("kind", "title", "description", "duration", "required", "preview")}
    own = {"id": lesson["_id"], "courseId": lesson["course"], "assessmentId": lesson["assessment"]}
    return {**own, **shared, **NOTHING, **kind_of(lesson).opened(lesson)}


def file_for_staff(subsection_id: ObjectId) -> Redirect:
    """The file of a lesson, to be saved; the caller has asked who wants it."""
    lesson = subsections.get({"_id": subsection_id})
    if lesson is None or lesson["filePublicId"] is None:
        raise LessonNotFound
    return Redirect(cloudinary.file_address(lesson["filePublicId"]))


def require_right(caller: Caller | None, lesson: Subsection) -> Right:
    """By what right the caller may open the lesson; raises LessonLocked where it is not open to its learner yet."""
    right = access.right_to_watch(caller, lesson)
    if caller and right == "enrolled":
        availability.require_open(caller.id, lesson)
    return right
