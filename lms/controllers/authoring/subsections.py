"""The lessons of a course, changed by its owner."""

from typing import IO, Any, cast

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.authoring import media
from lms.controllers.authoring.sections import Outline, refresh_outline
from lms.controllers.catalogue import courses
from lms.errors import InvalidRequest, LessonNotFound, NotYourUpload, SectionNotFound
from lms.models.accounts.sessions import Caller
from lms.models.authoring.media import Medium
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import LessonContent, subsections
from lms.models.base import now
from lms.models.transactions import transactional
from lms.schemas.authoring.subsections import SubsectionChangeIn, SubsectionIn


def add(caller: Caller, section_id: ObjectId, form: SubsectionIn, stream: IO[bytes] | None) -> Outline:
    """Add a lesson with a video that comes along or that the browser has uploaded."""
    section = access.own_section(caller, section_id)
    if (stream is None) == (form.video_public_id is None):
        raise InvalidRequest(errors={"video": "Send either a video or a videoPublicId."})
    video = _video(caller, form.video_public_id, stream)
    fields = form.model_dump(by_alias=True, exclude={"video_public_id"})
    with media.placed(video if stream else None):
        _add(section["course"], section_id, fields, video)
    return courses.outline(section["course"])


def _video(caller: Caller, public_id: str | None, stream: IO[bytes] | None) -> Medium | None:
    """The video that came along or that the browser has uploaded; none where none is named."""
    if stream is not None:
        return media.keep_video(caller, stream)
    if public_id is None:
        return None
    found = media.uploaded(caller, public_id, "video")
    if found is None:
        raise NotYourUpload
    return found


@transactional
def _add(course_id: ObjectId, section_id: ObjectId, fields: dict[str, Any], video: Medium | None) -> None:
    if not sections.touch(section_id):
        raise SectionNotFound
    subsections.add(course_id, section_id, cast(LessonContent, {**fields, **_shown(video)}))
    refresh_outline(course_id)


def _shown(video: Medium | None) -> dict[str, Any]:
    """A lesson's fields of its video, in the transaction that refers to it."""
    if video is None:
        return {}
    media.hold(video["_id"])
    return {"videoPublicId": video["_id"], "duration": video["duration"]}


def edit(caller: Caller, subsection_id: ObjectId, form: SubsectionChangeIn, stream: IO[bytes] | None) -> Outline:
    """Change what the form names; a video that is replaced is removed by the nightly sweep."""
    lesson = access.own_lesson(caller, subsection_id)
    if stream is not None and form.video_public_id is not None:
        raise InvalidRequest(errors={"video": "Send either a video or a videoPublicId."})
    public_id = form.video_public_id if form.video_public_id != lesson["videoPublicId"] else None
    video = _video(caller, public_id, stream)
    fields = form.model_dump(by_alias=True, exclude_none=True, exclude={"video_public_id"})
    with media.placed(video if stream else None):
        _edit(lesson["course"], subsection_id, fields, video)
    return courses.outline(lesson["course"])


@transactional
def _edit(course_id: ObjectId, subsection_id: ObjectId, fields: dict[str, Any], video: Medium | None) -> None:
    if not subsections.edit(subsection_id, {**fields, **_shown(video)}):
        raise LessonNotFound
    refresh_outline(course_id)


@transactional
def delete_lesson(caller: Caller, subsection_id: ObjectId) -> Outline:
    """Hide a lesson; it ends with its video thirty days later."""
    lesson = access.own_lesson(caller, subsection_id)
    subsections.remove({"_id": subsection_id}, caller.id, now())
    refresh_outline(lesson["course"])
    return courses.outline(lesson["course"])
