"""What staff approved of each course last: the course as it was then, to tell what has changed since."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.base import Collection, Ref, now

COURSE_FIELDS = (
    "title",
    "description",
    "thumbnail",
    "amount",
    "level",
    "language",
    "tags",
    "category",
    "whatYouWillLearn",
    "instructions",
)
LESSON_FIELDS = ("title", "description", "duration", "preview", "videoPublicId")


class LessonContent(TypedDict):
    id: ObjectId
    title: str
    description: str
    duration: int
    preview: bool
    videoPublicId: str | None


class SectionContent(TypedDict):
    id: ObjectId
    name: str
    lessons: list[LessonContent]


class Content(TypedDict):
    """What an author has put into a course; `fields` are the course's own, under their stored names."""

    fields: dict[str, Any]
    sections: list[SectionContent]


class Approval(TypedDict):
    _id: Annotated[ObjectId, Ref("courses")]
    at: datetime
    by: Annotated[ObjectId | None, Ref("users")]
    fields: dict[str, Any]
    sections: list[SectionContent]


class CourseApprovals(Collection[Approval]):
    """One document a course (`_id` is the course's), replaced by the next approval."""

    name = "courseApprovals"
    fields = Approval
    indexes = (IndexModel("fields.tags"),)

    def keep(self, course_id: ObjectId, content: Content, by: ObjectId | None) -> None:
        approval: Any = {"at": now(), "by": by, **content}
        self.put({"_id": course_id}, {"$set": approval})


course_approvals = CourseApprovals()


def content_of(
    course: Mapping[str, Any], sections: Iterable[Mapping[str, Any]], lessons: Iterable[Mapping[str, Any]]
) -> Content:
    """The course as its documents tell it; sections and lessons come in the order of their positions."""
    by_section: dict[ObjectId, list[LessonContent]] = {}
    for lesson in lessons:
        kept: Any = {"id": lesson["_id"], **{name: lesson[name] for name in LESSON_FIELDS}}
        by_section.setdefault(lesson["section"], []).append(kept)
    outline: list[SectionContent] = [
        {"id": section["_id"], "name": section["sectionName"], "lessons": by_section.get(section["_id"], [])}
        for section in sections
    ]
    return {"fields": {name: course.get(name) for name in COURSE_FIELDS}, "sections": outline}
