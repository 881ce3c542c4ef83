"""How far a learner has come in a course."""

from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection
from lms.models.fields import Bounds, Ref
from lms.models.freshness import Shown
from lms.models.merging import OneOf


class LessonProgress(TypedDict, total=False):
    position: Annotated[int, Bounds(0)]
    positionAt: datetime
    completed: bool
    completedAt: datetime


class Resume(TypedDict):
    subsectionId: Annotated[ObjectId, Ref("subsections")]
    position: Annotated[int, Bounds(0)]


class CourseProgress(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    lessons: dict[str, LessonProgress]
    completed: list[ObjectId]
    resume: Resume | None
    completedAt: NotRequired[datetime | None]
    updatedAt: datetime


class CourseProgresses(Collection[CourseProgress]):
    """`lessons` is keyed by lesson id, positions in whole seconds; `completed` and `resume` follow from it."""

    name = "courseProgress"
    fields = CourseProgress
    personal = "user"
    on_merge = {"user": OneOf(("course",))}
    seen = (Shown("learner/{user}"),)
    indexes = (
        IndexModel([("user", ASCENDING), ("course", ASCENDING)], unique=True),
        IndexModel("course"),
        IndexModel([("completedAt", ASCENDING), ("_id", ASCENDING)]),
    )

    def of_learner(self, user_id: ObjectId, course_id: ObjectId) -> CourseProgress | None:
        return self.get({"user": user_id, "course": course_id})

    def save(self, user_id: ObjectId, course_id: ObjectId, fields: dict[str, Any]) -> None:
        self.update({"user": user_id, "course": course_id}, {"$set": fields}, upsert=True)

    def finished_by_course(self, course_ids: list[ObjectId]) -> dict[ObjectId, int]:
        """How many learners have finished each of the courses."""
        rows = self.aggregate(
            {"course": {"$in": course_ids}, "completedAt": {"$ne": None}},
            [{"$group": {"_id": "$course", "finished": {"$sum": 1}}}],
        )
        return {row["_id"]: row["finished"] for row in rows}


course_progress = CourseProgresses()
