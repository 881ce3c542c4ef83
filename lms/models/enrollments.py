"""Who attends which course: the junction of users and courses."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Page, Ref, now

EnrollmentStatus = Literal["active", "refunded"]
EnrollmentSource = Literal["free", "purchase", "staff"]


class Enrollment(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    status: EnrollmentStatus
    source: EnrollmentSource
    amountPaid: int
    enrolledAt: datetime


class Enrollments(Collection[Enrollment]):
    """`amountPaid` is in paise."""

    name = "enrollments"
    fields = Enrollment
    indexes = (
        IndexModel([("user", ASCENDING), ("course", ASCENDING)], unique=True),
        IndexModel([("user", ASCENDING), ("status", ASCENDING), ("enrolledAt", DESCENDING)]),
        IndexModel([("course", ASCENDING), ("status", ASCENDING)]),
    )

    def enroll(
        self, user_id: ObjectId, course_id: ObjectId, source: EnrollmentSource, amount_paid: int = 0
    ) -> ObjectId:
        """Enrol the user; DuplicateKeyError when the pair exists already."""
        pair = {"user": user_id, "course": course_id, "status": "active"}
        return self.insert({**pair, "source": source, "amountPaid": amount_paid, "enrolledAt": now()})

    def attends(self, user_id: ObjectId, course_id: ObjectId) -> bool:
        return self.get({"user": user_id, "course": course_id, "status": "active"}, {"_id": 1}) is not None

    def course_ids(self, user_id: ObjectId) -> list[ObjectId]:
        return [each["course"] for each in self.find({"user": user_id, "status": "active"}, {"_id": 0, "course": 1})]

    def revenue_by_course(self, course_ids: list[ObjectId]) -> dict[ObjectId, int]:
        """What was paid for each of the courses, in paise."""
        rows = self.aggregate(
            {"course": {"$in": course_ids}, "status": "active"},
            [{"$group": {"_id": "$course", "amount": {"$sum": "$amountPaid"}}}],
        )
        return {row["_id"]: row["amount"] for row in rows}

    def page_of_user(
        self, user_id: ObjectId, stages: list[dict[str, Any]], page: int, limit: int
    ) -> Page[dict[str, Any]]:
        return self.page({"user": user_id, "status": "active"}, stages, {"enrolledAt": -1, "_id": -1}, page, limit)


enrollments = Enrollments()
