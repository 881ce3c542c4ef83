"""What learners have reached in quizzes and assignments: one grade each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.assessment.submissions import KeptFile
from lms.models.base import Collection
from lms.models.fields import Bounds, Default, Ref
from lms.models.merging import WHO_DID_IT, OneOf
from lms.models.stages import lookup

AssessmentKind = Literal["quiz", "assignment"]


class Override(TypedDict):
    """What an author gave instead, and why; `points` are hundredths."""

    points: Annotated[int, Bounds(0)]
    reason: str
    by: Annotated[ObjectId, Ref("users")]
    at: datetime


class Grade(TypedDict):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    user: Annotated[ObjectId, Ref("users")]
    assessment: ObjectId
    kind: AssessmentKind
    source: ObjectId | None
    raw: Annotated[int, Bounds(0)]
    penalty: Annotated[int, Bounds(0)]
    points: Annotated[int, Bounds(0)]
    outOf: Annotated[int, Bounds(1)]
    passPercent: Annotated[int, Bounds(0, 100)]
    percent: Annotated[int, Bounds(0)]
    passed: bool
    levels: NotRequired[dict[str, str]]
    rubricSeen: NotRequired[list[dict[str, Any]]]
    comment: NotRequired[str]
    files: NotRequired[list[KeptFile]]
    by: Annotated[ObjectId | None, Default(None), Ref("users")]
    override: NotRequired[Override]
    releasedAt: Annotated[datetime | None, Default(None)]
    releasesAt: NotRequired[datetime]
    onlyPassed: NotRequired[bool]
    revision: Annotated[int, Bounds(1)]
    at: datetime


class Grades(Collection[Grade]):
    """`points` are what counts: the override's, else `raw` less the `penalty`; all of them, and `outOf`, in hundredths.

    `source` is the attempt or the submission; none where an author graded somebody who has neither. A learner knows of
    a grade from `releasedAt` on; `releasesAt` is when that comes by itself. Of one that is `onlyPassed` they are told
    whether they passed, and no points.
    """

    name = "grades"
    fields = Grade
    personal = "user"
    on_merge = {"user": OneOf(("assessment",)), "by": WHO_DID_IT, "override.by": WHO_DID_IT}
    given_out_where = {"releasedAt": {"$ne": None}, "onlyPassed": {"$ne": True}}
    withheld = frozenset({"by", "override"})
    audited = True
    indexes = (
        IndexModel([("assessment", ASCENDING), ("user", ASCENDING)], unique=True),
        IndexModel([("course", ASCENDING), ("user", ASCENDING)]),
        IndexModel([("course", ASCENDING), ("assessment", ASCENDING)]),
        IndexModel("files.id", partialFilterExpression={"files.id": {"$exists": True}}),
        IndexModel("files.media", partialFilterExpression={"files.media": {"$exists": True}}),
        IndexModel("source"),
        IndexModel(
            [("override.at", DESCENDING), ("_id", DESCENDING)],
            partialFilterExpression={"override.at": {"$exists": True}},
        ),
        IndexModel("releasesAt", partialFilterExpression={"releasesAt": {"$exists": True}}),
    )

    def of(self, assessment: ObjectId, user_id: ObjectId) -> Grade | None:
        return self.get({"assessment": assessment, "user": user_id})

    def counted(self, course_id: ObjectId, user_id: ObjectId) -> list[dict[str, Any]]:
        """Their released grades for lessons that are there, as `{assessment, points, outOf, passed, weight}`."""
        lesson = {
            "$lookup": {
                "from": "subsections",
                "localField": "assessment",
                "foreignField": "assessment",
                "pipeline": [{"$match": {"course": course_id, "deletedAt": None}}, {"$project": {"_id": 1}}],
                "as": "lesson",
            }
        }
        shown = {"_id": 0, "assessment": 1, "points": 1, "outOf": 1, "passed": 1}
        weight = {"$ifNull": ["$quizzes.weight", "$assignments.weight", 1]}
        return self.aggregate(
            {"course": course_id, "user": user_id, "releasedAt": {"$ne": None}},
            [
                lesson,
                {"$match": {"lesson": {"$ne": []}}},
                *lookup("quizzes", "assessment", "quizzes", {"weight": 1}),
                *lookup("assignments", "assessment", "assignments", {"weight": 1}),
                {"$sort": {"assessment": 1}},
                {"$project": {**shown, "weight": weight}},
            ],
        )

    def put_grade(self, assessment: ObjectId, user_id: ObjectId, fields: Mapping[str, Any], gone: list[str]) -> Grade:
        """Keep the one grade of a learner, without the fields that are `gone`."""
        change: dict[str, Any] = {"$set": fields, "$inc": {"revision": 1}}
        if gone:
            change["$unset"] = dict.fromkeys(gone, "")
        return self.put({"assessment": assessment, "user": user_id}, change)


grades = Grades()
