"""What learners think of courses: one rating and review each."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.accounts.picture_addresses import IMAGE
from lms.models.accounts.users import NAME
from lms.models.base import Collection, Filter, Page, now
from lms.models.fields import Bounds, Ref
from lms.models.freshness import Shown, read
from lms.models.merging import Follows, OneOf
from lms.models.stages import AT_ANY_TIME, REVISED, Stages, lookup

ReviewStatus = Literal["visible", "hidden"]
Decision = Literal["hidden", "kept", "warned", "suspended"]

READ = frozenset({"rating", "review", "status", "updatedAt", "deletedAt"})
"""The fields that everyone sees, or that decide whether they do."""

SHOWN_WITH = (("person", "user"), ("course", "course"))

REPORTED = {"reportedAt": AT_ANY_TIME}

NEWEST_FIRST = (("createdAt", DESCENDING), ("_id", DESCENDING))

CARD: Stages = [
    *lookup("users", "user", "user", {"id": "$_id", "name": NAME, "image": IMAGE}),
    *lookup("courses", "course", "course", {"id": "$_id", "title": 1}, {"status": "published", "deletedAt": None}),
    {
        "$project": {
            "_id": 0,
            "id": "$_id",
            "rating": 1,
            "review": 1,
            "user": 1,
            "course": 1,
            "createdAt": 1,
            "updatedAt": 1,
        }
    },
]


def newest(limit: int) -> Stages:
    """The stages from reviews to the cards of the newest of them."""
    return [{"$sort": dict(NEWEST_FIRST)}, {"$limit": limit}, *CARD]


class Report(TypedDict):
    user: Annotated[ObjectId, Ref("users")]
    reason: str
    at: datetime
    decision: NotRequired[Decision]
    decidedAt: NotRequired[datetime]


class Review(TypedDict):
    _id: ObjectId
    user: Annotated[ObjectId, Ref("users")]
    course: Annotated[ObjectId, Ref("courses")]
    rating: Annotated[int, Bounds(1, 5)]
    review: str
    status: ReviewStatus
    reports: list[Report]
    openReports: NotRequired[int]
    reportedAt: NotRequired[datetime]
    decidedAt: NotRequired[datetime]
    revision: NotRequired[int]
    createdAt: datetime
    updatedAt: datetime
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId]


class RatingAndReviews(Collection[Review]):
    """`openReports` counts the reports nobody has decided on, `reportedAt` is when the first of them came.

    `decidedAt` is when staff decided last; `revision` grows with every edit, report and decision.
    """

    name = "ratingAndReviews"
    fields = Review
    personal = "user"
    on_merge = {"user": OneOf(("course",)), "reports.user": Follows()}
    withheld = frozenset({"reports", "openReports", "reportedAt"})
    soft_delete = True
    seen = (Shown("course/{course}", READ), Shown("reviews", READ))
    audited = True
    indexes = (
        IndexModel(
            [("user", ASCENDING), ("course", ASCENDING), ("deletedAt", ASCENDING)],
            unique=True,
        ),
        IndexModel([("course", ASCENDING), ("status", ASCENDING), *NEWEST_FIRST]),
        IndexModel([("status", ASCENDING), ("deletedAt", ASCENDING), *NEWEST_FIRST]),
        IndexModel([("status", ASCENDING), ("deletedAt", ASCENDING), ("rating", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("deletedAt", ASCENDING), *NEWEST_FIRST]),
        IndexModel([("deletedAt", ASCENDING), ("rating", ASCENDING), ("_id", ASCENDING)]),
        *(
            IndexModel(
                [("deletedAt", ASCENDING), (field, order), ("_id", order)],
                partialFilterExpression={"reportedAt": {"$exists": True}},
            )
            for field, order in (("reportedAt", ASCENDING), ("openReports", DESCENDING))
        ),
        IndexModel("updatedAt"),
        IndexModel("reports.user", partialFilterExpression={"reports.user": {"$exists": True}}),
        IndexModel("decidedAt", partialFilterExpression={"decidedAt": {"$exists": True}}),
    )

    def was_hidden(self, user_id: ObjectId, course_id: ObjectId) -> bool:
        """Whether the last review of the course that the user deleted was hidden."""
        where = {"user": user_id, "course": course_id, "deletedAt": AT_ANY_TIME}
        last = self.find(where, {"status": 1}, [("deletedAt", DESCENDING)], 1)
        return any(review["status"] == "hidden" for review in last)

    def publish(
        self, user_id: ObjectId, course_id: ObjectId, rating: int, text: str, status: ReviewStatus = "visible"
    ) -> ObjectId:
        """Keep the user's one review of the course; DuplicateKeyError when there is one."""
        moment = now()
        return self.insert(
            {
                "_id": ObjectId(),
                "user": user_id,
                "course": course_id,
                "rating": rating,
                "review": text,
                "status": status,
                "reports": [],
                "createdAt": moment,
                "updatedAt": moment,
            }
        )

    def report(self, review_id: ObjectId, user_id: ObjectId, reason: str) -> bool:
        """Add the user's one report; false when there is no such review or it was reported by them before."""
        entry = {"user": user_id, "reason": reason, "at": now()}
        return self.update(
            {"_id": review_id, "reports.user": {"$ne": user_id}},
            {
                "$push": {"reports": entry},
                "$inc": {"openReports": 1, "revision": 1},
                "$min": {"reportedAt": entry["at"]},
            },
        )

    def decide(self, review_id: ObjectId, decision: Decision, status: ReviewStatus) -> None:
        """Show or hide a review, deleted or not, and close its open reports."""
        moment = now()
        closed = {"decision": decision, "decidedAt": moment}
        reports = {"$map": {"input": "$reports", "in": {"$mergeObjects": [closed, "$$this"]}}}
        changed = {"reports": reports, "status": status, "decidedAt": moment, **REVISED}
        change = [{"$set": changed}, {"$unset": ["openReports", "reportedAt"]}]
        self.update({"_id": review_id}, change, deleted_too=True)

    def cards(
        self, where: Filter, sort: dict[str, int], page: int, limit: int, total: int | None = None
    ) -> Page[dict[str, Any]]:
        found = self.page({**where, "status": "visible"}, CARD, sort, page, limit, total)
        read(f"course/{where['course']}" if "course" in where else "reviews")
        for card in found.items:
            read(*(f"{name}/{card[field]['id']}" for name, field in SHOWN_WITH if card[field]))
        return found

    def card(self, review_id: ObjectId) -> dict[str, Any]:
        return self.aggregate({"_id": review_id}, CARD)[0]


reviews = RatingAndReviews()
