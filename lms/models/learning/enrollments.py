"""Who attends which course: the junction of users and courses."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, Page, now
from lms.models.fields import Bounds, Ref
from lms.models.freshness import Shown, read
from lms.models.merging import OneOf
from lms.models.stages import lookup

EnrollmentStatus = Literal["active", "refunded", "ended", "left"]

ENDED: tuple[EnrollmentStatus, ...] = ("refunded", "ended")
"""Once the money went back, or as staff decided without any; who `left` of themselves may come back."""
EnrollmentSource = Literal["free", "purchase", "staff", "imported"]


class Enrollment(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    status: EnrollmentStatus
    source: EnrollmentSource
    order: NotRequired[Annotated[ObjectId, Ref("orders")]]
    amountPaid: Annotated[int, Bounds(0)]
    enrolledAt: datetime
    endedAt: NotRequired[datetime]
    endedReason: NotRequired[str]


NOT_ENDED = {"endedAt": "", "endedReason": ""}
LEFT = "You left this course. Enrol again whenever you like: it costs you nothing."
KEPT = {"$or": [{"status": "active"}, {"status": "left", "source": {"$ne": "free"}}]}
"""What is somebody's: a course that was bought, or given by staff, stays so after they left it."""


class Enrollments(Collection[Enrollment]):
    """`amountPaid` is in paise."""

    name = "enrollments"
    fields = Enrollment
    personal = "user"
    on_merge = {"user": OneOf(("course",))}
    seen = (Shown("learner/{user}"),)
    indexes = (
        IndexModel([("user", ASCENDING), ("course", ASCENDING)], unique=True),
        IndexModel([("user", ASCENDING), ("status", ASCENDING), ("enrolledAt", DESCENDING)]),
        IndexModel([("course", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("enrolledAt", ASCENDING), ("course", ASCENDING)]),
        IndexModel("endedAt", partialFilterExpression={"endedAt": {"$exists": True}}),
    )

    def enroll(
        self,
        user_id: ObjectId,
        course_id: ObjectId,
        source: EnrollmentSource,
        amount_paid: int = 0,
        at: datetime | None = None,
    ) -> ObjectId:
        """Enrol the user, since now or a time of before; DuplicateKeyError when the pair exists already."""
        enrolled = _active(user_id, course_id, source, amount_paid)
        return self.insert({**enrolled, "enrolledAt": at or enrolled["enrolledAt"]})

    def reopen(self, user_id: ObjectId, course_id: ObjectId) -> ObjectId | None:
        """Let somebody whose enrolment has ended back in for nothing; none when there was no such."""
        where = {"user": user_id, "course": course_id, "status": {"$in": (*ENDED, "left")}}
        free = {"status": "active", "source": "free", "amountPaid": 0, "enrolledAt": now()}
        back = self.change(where, {"$set": free, "$unset": {**NOT_ENDED, "order": ""}})
        return back["_id"] if back else None

    def buy(self, user_id: ObjectId, course_id: ObjectId, order_id: ObjectId, amount: int) -> bool:
        """Enrol for a paid line, also again after an end; false when the course is held through something else."""
        held = self.get({"user": user_id, "course": course_id}, {"status": 1, "source": 1})
        if held is None:
            self.insert({**_active(user_id, course_id, "purchase", amount), "order": order_id})
            return True
        fields = {"status": "active", "source": "purchase", "order": order_id, "amountPaid": amount}
        back = {"$set": {**fields, "enrolledAt": now()}, "$unset": NOT_ENDED}
        again = [{"status": {"$in": ENDED}}, {"status": "left", "source": "free"}]
        return self.update({"_id": held["_id"], "$or": again}, back)

    def leave(self, user_id: ObjectId, course_id: ObjectId) -> bool:
        """End what a learner does not want any more; false when they do not attend it."""
        change = {"status": "left", "endedAt": now(), "endedReason": LEFT}
        return self.update({"user": user_id, "course": course_id, "status": "active"}, {"$set": change})

    def come_back(self, user_id: ObjectId, course_id: ObjectId) -> ObjectId | None:
        """Let somebody back into what is theirs though they left it; none when there is no such."""
        where = {"user": user_id, "course": course_id, "status": "left", "source": {"$ne": "free"}}
        back = self.change(where, {"$set": {"status": "active"}, "$unset": NOT_ENDED})
        return back["_id"] if back else None

    def end(self, user_id: ObjectId, course_id: ObjectId, order_id: ObjectId) -> EnrollmentStatus | None:
        """End what was bought by an order that was refunded; what it was before, none when it was nobody's any more."""
        where = {"user": user_id, "course": course_id, "order": order_id}
        change = {"$set": {"status": "refunded", "endedAt": now()}, "$unset": {"endedReason": ""}}
        held: tuple[EnrollmentStatus, ...] = ("active", "left")
        return next((before for before in held if self.update({**where, "status": before}, change)), None)

    def carry(self, user_id: ObjectId, course_id: ObjectId, order_id: ObjectId, to: ObjectId, amount: int) -> bool:
        """Let what one order opened go on as bought by another; false when it is not held through the first."""
        where = {"user": user_id, "course": course_id, "order": order_id, "status": {"$in": ["active", "left"]}}
        return self.update(where, {"$set": {"order": to, "amountPaid": amount}})

    def end_without_money(self, enrollment_id: ObjectId, reason: str) -> Enrollment | None:
        """End one for a reason, whatever was paid for it; none when it has ended already."""
        change = {"status": "ended", "endedAt": now(), "endedReason": reason}
        return self.change({"_id": enrollment_id, "status": "active"}, {"$set": change})

    def attends(self, user_id: ObjectId, course_id: ObjectId) -> bool:
        return self.get({"user": user_id, "course": course_id, "status": "active"}, {"_id": 1}) is not None

    def has_ended(self, user_id: ObjectId, course_id: ObjectId) -> bool:
        """Whether it was taken from them: the money went back, or staff decided so."""
        return self.get({"user": user_id, "course": course_id, "status": {"$in": ENDED}}, {"_id": 1}) is not None

    def ended_of(self, course_id: ObjectId) -> list[ObjectId]:
        """From whom the course was taken."""
        ended: list[ObjectId] = self.raw.distinct("user", {"course": course_id, "status": {"$in": ENDED}})
        return ended

    def held(self, user_id: ObjectId, course_ids: list[ObjectId]) -> dict[ObjectId, EnrollmentStatus]:
        """Those of the courses that are the user's, whether they attend them or have left them."""
        where = {"user": user_id, "course": {"$in": course_ids}, **KEPT}
        return {each["course"]: each["status"] for each in self.find(where, {"_id": 0, "course": 1, "status": 1})}

    def course_ids(self, user_id: ObjectId) -> list[ObjectId]:
        return [each["course"] for each in self.find({"user": user_id, "status": "active"}, {"_id": 0, "course": 1})]

    def newest_learners(self, course_id: ObjectId, limit: int) -> list[ObjectId]:
        """Who attends the course, those who enrolled last first."""
        found = self.find({"course": course_id, "status": "active"}, {"user": 1}, [("_id", DESCENDING)], limit)
        return [each["user"] for each in found]

    def page_of_user(
        self, user_id: ObjectId, stages: list[dict[str, Any]], page: int, limit: int
    ) -> Page[dict[str, Any]]:
        """The user's enrolments in courses that are not deleted, the newest first, put through `stages`."""
        window: list[dict[str, Any]] = [{"$skip": (page - 1) * limit}, {"$limit": limit}]
        [found] = self.aggregate(
            {"user": user_id, "status": "active"},
            [
                {"$sort": {"enrolledAt": -1, "_id": -1}},
                *lookup("courses", "course", "live", {"deletedAt": 1}, {"deletedAt": None}),
                {"$match": {"live": {"$ne": None}}},
                {"$facet": {"items": [*window, *stages], "counted": [{"$count": "total"}]}},
            ],
        )
        read(f"learner/{user_id}", *(f"course/{each}" for each in self.course_ids(user_id)))
        total = found["counted"][0]["total"] if found["counted"] else 0
        return Page(found["items"], total, page, limit)


def _active(user_id: ObjectId, course_id: ObjectId, source: EnrollmentSource, amount_paid: int) -> Enrollment:
    return {
        "_id": ObjectId(),
        "user": user_id,
        "course": course_id,
        "status": "active",
        "source": source,
        "amountPaid": amount_paid,
        "enrolledAt": now(),
    }


enrollments = Enrollments()
