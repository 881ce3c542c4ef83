"""What a learner has reached in a course as a whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.base import Collection
from lms.models.fields import Bounds, Ref
from lms.models.merging import OneOf


class CourseGrade(TypedDict):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    user: Annotated[ObjectId, Ref("users")]
    points: Annotated[int, Bounds(0)]
    outOf: Annotated[int, Bounds(0)]
    percent: Annotated[int, Bounds(0)]
    passed: bool
    items: Annotated[int, Bounds(0)]
    countedAt: datetime


class CourseGrades(Collection[CourseGrade]):
    """Counted from released grades, `items` of them, by their weights, of which `points` and `outOf` are hundredths.

    `passed` says whether each of them is passed. What is counted would tell what learners are not told of quizzes that
    reveal nothing.
    """

    name = "courseGrades"
    fields = CourseGrade
    personal = "user"
    on_merge = {"user": OneOf(("course",))}
    withheld = frozenset({"points", "outOf", "percent"})
    indexes = (
        IndexModel([("course", ASCENDING), ("user", ASCENDING)], unique=True),
        IndexModel([("course", ASCENDING), ("percent", ASCENDING)]),
        IndexModel("user"),
    )

    def of(self, course_id: ObjectId, user_id: ObjectId) -> CourseGrade | None:
        return self.get({"course": course_id, "user": user_id})

    def save(self, course_id: ObjectId, user_id: ObjectId, counted: Mapping[str, Any]) -> None:
        self.put({"course": course_id, "user": user_id}, {"$set": dict(counted)})


course_grades = CourseGrades()
