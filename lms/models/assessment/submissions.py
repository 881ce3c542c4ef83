"""What learners hand in for assignments: drafts, and numbered submissions that nothing changes any more."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import OneOf

SubmissionState = Literal["draft", "submitted", "replaced", "returned", "graded"]
HandedInBy = Literal["learner", "closed"]

SENT: tuple[SubmissionState, ...] = ("submitted", "replaced", "returned", "graded")


class KeptFile(TypedDict):
    """A file that is referred to here under an `id` of its own; `media` is its public id at the store."""

    id: ObjectId
    media: str
    name: str
    bytes: Annotated[int, Bounds(0)]
    sha256: NotRequired[str]


class Submission(TypedDict):
    _id: ObjectId
    assignment: Annotated[ObjectId, Ref("assignments")]
    course: Annotated[ObjectId, Ref("courses")]
    user: Annotated[ObjectId, Ref("users")]
    number: Annotated[int, Bounds(1)]
    state: SubmissionState
    text: str
    url: str
    files: list[KeptFile]
    revision: Annotated[int, Bounds(1)]
    sentAs: NotRequired[Annotated[int, Bounds(0)]]
    submittedAt: NotRequired[datetime]
    handedInBy: NotRequired[HandedInBy]
    lateBy: NotRequired[Annotated[int, Bounds(0)]]
    replaces: NotRequired[ObjectId]
    returnedAt: NotRequired[datetime]
    note: NotRequired[str]
    createdAt: datetime
    updatedAt: datetime


class Submissions(Collection[Submission]):
    """`revision` counts all that is done to somebody's work for an assignment, and goes on from one to the next.

    `sentAs` is the revision that the learner named when handing it in, so that the same call is the same submission;
    `note` says why it was returned.
    """

    name = "submissions"
    fields = Submission
    personal = "user"
    on_merge = {"user": OneOf(("assignment", "number"))}
    audited = True
    indexes = (
        IndexModel([("assignment", ASCENDING), ("user", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel(
            [("assignment", ASCENDING), ("user", ASCENDING)],
            name="one_draft",
            unique=True,
            partialFilterExpression={"state": "draft"},
        ),
        IndexModel([("assignment", ASCENDING), ("state", ASCENDING), ("submittedAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("course", ASCENDING), ("state", ASCENDING), ("submittedAt", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("submittedAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("user", ASCENDING), ("course", ASCENDING)]),
        IndexModel("files.id"),
        IndexModel("files.media"),
    )

    def of(self, assignment_id: ObjectId, user_id: ObjectId) -> list[Submission]:
        """All of somebody's work for an assignment, the newest first."""
        return self.find({"assignment": assignment_id, "user": user_id}, sort=[("number", DESCENDING)])

    def begin(self, whose: dict[str, ObjectId], number: int, revision: int, fields: dict[str, Any]) -> Submission:
        """Add the next one; DuplicateKeyError when another has come in between."""
        moment = now()
        made: Any = {**whose, "_id": ObjectId(), "number": number, "revision": revision}
        made |= {"createdAt": moment, "updatedAt": moment, **fields}
        self.insert(made)
        return made  # type: ignore[no-any-return]

    def move(self, submission: Submission, fields: dict[str, Any]) -> Submission | None:
        """Change one that is still as it was seen; none when it is not."""
        change = {"$set": {**fields, "updatedAt": now()}, "$inc": {"revision": 1}}
        seen = {"_id": submission["_id"], "state": submission["state"], "revision": submission["revision"]}
        return self.change(seen, change)


submissions = Submissions()
