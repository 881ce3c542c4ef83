"""What staff approved of each course last: the course as it was then, to tell what has changed since."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict, cast

from bson import ObjectId
from pymongo import IndexModel

from lms.models.authoring.subsections import LessonContent
from lms.models.base import Collection, now
from lms.models.catalogue.courses import CourseContent
from lms.models.fields import AsOfThen, Label, Ref, fields_of
from lms.models.merging import WHO_DID_IT


class ApprovedLesson(LessonContent):
    id: ObjectId


class ApprovedSection(TypedDict):
    id: ObjectId
    name: Annotated[str, Label("Name")]
    lessons: list[ApprovedLesson]


class Content(TypedDict):
    """What an author has put into a course; `fields` are the course's own."""

    fields: Annotated[CourseContent, AsOfThen()]
    sections: Annotated[list[ApprovedSection], AsOfThen()]


class Approval(Content):
    _id: Annotated[ObjectId, Ref("courses")]
    at: datetime
    by: Annotated[ObjectId | None, Ref("users")]


class CourseApprovals(Collection[Approval]):
    """One document a course (`_id` is the course's), replaced by the next approval."""

    name = "courseApprovals"
    on_merge = {"by": WHO_DID_IT}
    fields = Approval
    indexes = (IndexModel("fields.tags"),)

    def bring_in(self, course_id: ObjectId, address: str, public_id: str, duration: int) -> None:
        """Have what was approved of lessons whose video was at the address show the same video as ours."""
        approved = self.get({"_id": course_id})
        lessons = [each for section in approved["sections"] for each in section["lessons"]] if approved else []
        moved = [each for each in lessons if each.get("videoUrl") == address]
        for lesson in moved:
            lesson["videoPublicId"], lesson["videoUrl"], lesson["duration"] = public_id, None, duration
        if approved and moved:
            self.update({"_id": course_id}, {"$set": {"sections": approved["sections"]}})

    def keep(self, course_id: ObjectId, content: Content, by: ObjectId | None) -> None:
        self.put({"_id": course_id}, {"$set": {**content, "at": now(), "by": by}})


course_approvals = CourseApprovals()


def content_of(
    course: Mapping[str, Any], sections: Iterable[Mapping[str, Any]], lessons: Iterable[Mapping[str, Any]]
) -> Content:
    """The course as its documents tell it; sections and lessons come in the order of their positions."""
    by_section: dict[ObjectId, list[ApprovedLesson]] = {}
    for lesson in lessons:
        kept = {"id": lesson["_id"], **_declared(lesson, LessonContent)}
        by_section.setdefault(lesson["section"], []).append(cast(ApprovedLesson, kept))
    outline: list[ApprovedSection] = [
        {"id": section["_id"], "name": section["sectionName"], "lessons": by_section.get(section["_id"], [])}
        for section in sections
    ]
    return {"fields": cast(CourseContent, _declared(course, CourseContent)), "sections": outline}


def _declared(document: Mapping[str, Any], content: type) -> dict[str, Any]:
    """The part of the document that the class declares."""
    return {name: document[name] for name in fields_of(content) if name in document}
