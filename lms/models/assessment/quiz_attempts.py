"""Attempts at quizzes: the paper as it was at the start, what was answered, what it earned."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, NotRequired, TypedDict, cast

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from lms.models.assessment.questions import MOST_POINTS, QuestionKind
from lms.models.base import Collection, Filter
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT, OneOf

AttemptState = Literal["open", "grading", "graded", "annulled"]
How = Literal["learner", "time", "closed", "staff"]

GRACE = timedelta(seconds=10)
"""How long after its end an attempt takes what was on its way."""


WITHOUT_CONTENT = {"paper": 0, "answers": 0, "keyVersions": 0}
"""What is read of attempts where only their course and end are wanted."""


class PaperItem(TypedDict):
    """A question as it is asked: `choices` and `targets` are ids, in this attempt's own order."""

    q: Annotated[ObjectId, Ref("questions")]
    version: Annotated[int, Bounds(1)]
    kind: QuestionKind
    points: Annotated[int, Bounds(1, MOST_POINTS)]
    choices: list[str]
    targets: list[str]


class Answer(TypedDict):
    value: Any
    at: datetime


class QuestionMark(TypedDict):
    """What an answer earned; `by` is the person who said so, where it was not the key."""

    points: Annotated[int, Bounds(0)]
    by: NotRequired[Annotated[ObjectId, Ref("users")]]
    note: NotRequired[str]


class Annulment(TypedDict):
    reason: str
    by: Annotated[ObjectId, Ref("users")]
    at: datetime


class QuizAttempt(TypedDict):
    _id: ObjectId
    quiz: Annotated[ObjectId, Ref("quizzes")]
    course: Annotated[ObjectId, Ref("courses")]
    user: Annotated[ObjectId, Ref("users")]
    number: Annotated[int, Bounds(1)]
    state: AttemptState
    oneWay: bool
    paper: list[PaperItem]
    answers: dict[str, Answer]
    reached: Annotated[int, Bounds(-1)]
    startedAt: datetime
    dueAt: datetime | None
    submittedAt: datetime | None
    how: How | None
    marks: dict[str, QuestionMark]
    score: Annotated[int, Bounds(0)]
    outOf: Annotated[int, Bounds(1)]
    percent: Annotated[int, Bounds(0, 100)]
    passed: bool
    keyVersions: dict[str, int]
    address: str
    revision: Annotated[int, Bounds(1)]
    annulled: NotRequired[Annulment]


class QuizAttempts(Collection[QuizAttempt]):
    """`answers`, `marks` and `keyVersions` are keyed by the ids of questions; points are hundredths.

    `reached` is the place in the paper of the last question that was answered, `keyVersions` the versions whose keys
    it was marked with. What `score` and `percent` are worth is in `grades`.
    """

    name = "quizAttempts"
    fields = QuizAttempt
    personal = "user"
    on_merge = {"user": OneOf(("quiz", "number")), "marks.by": WHO_DID_IT, "annulled.by": WHO_DID_IT}
    withheld = frozenset({"marks", "score", "percent", "passed", "keyVersions", "annulled"})
    audited = True
    unrecorded = frozenset({"answers", "paper", "address"})
    indexes = (
        IndexModel([("quiz", ASCENDING), ("user", ASCENDING), ("number", ASCENDING)], unique=True),
        IndexModel(
            [("quiz", ASCENDING), ("user", ASCENDING)],
            unique=True,
            name="one_open",
            partialFilterExpression={"state": "open"},
        ),
        IndexModel([("state", ASCENDING), ("dueAt", ASCENDING)]),
        IndexModel([("quiz", ASCENDING), ("state", ASCENDING), ("submittedAt", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("user", ASCENDING), ("course", ASCENDING)]),
        IndexModel("course"),
    )

    def open_one(self, quiz_id: ObjectId, user_id: ObjectId) -> QuizAttempt | None:
        return self.get({"quiz": quiz_id, "user": user_id, "state": "open"})

    def made(self, quiz_id: ObjectId, user_id: ObjectId) -> list[QuizAttempt]:
        """All of a learner's attempts without their papers and answers, the first first."""
        where = {"quiz": quiz_id, "user": user_id}
        return self.find(where, WITHOUT_CONTENT, sort=[("number", ASCENDING)])

    def with_access(self, attempt_id: ObjectId, user_id: ObjectId) -> tuple[QuizAttempt, bool] | None:
        """An attempt of theirs, and whether they attend its course now; none where it is not theirs."""
        attends = {
            "$lookup": {
                "from": "enrollments",
                "localField": "course",
                "foreignField": "course",
                "pipeline": [{"$match": {"user": user_id, "status": "active"}}, {"$project": {"_id": 1}}],
                "as": "attends",
            }
        }
        found = self.aggregate({"_id": attempt_id, "user": user_id}, [attends])
        if not found:
            return None
        attends_now = bool(found[0].pop("attends"))
        return cast(QuizAttempt, found[0]), attends_now

    def save(self, where: Filter, answers: Mapping[str, Answer], reached: int) -> bool:
        """Merge answers, of which the latest word on each question wins in whatever order they come."""
        fields = {f"answers.{q}": _latest(q, answer) for q, answer in answers.items()}
        return self.update(where, [{"$set": {**fields, "reached": {"$max": ["$reached", reached]}}}])

    def finish(self, attempt_id: ObjectId, fields: Mapping[str, Any]) -> QuizAttempt | None:
        """End an open attempt; none when it has ended already."""
        return self.change({"_id": attempt_id, "state": "open"}, {"$set": dict(fields), "$inc": {"revision": 1}})

    def mark(self, attempt: QuizAttempt, fields: Mapping[str, Any]) -> QuizAttempt | None:
        """Mark anew; none when somebody else has done so since it was read."""
        as_read = {"_id": attempt["_id"], "revision": attempt["revision"], "state": attempt["state"]}
        return self.change(as_read, {"$set": dict(fields), "$inc": {"revision": 1}})


def in_time(moment: datetime) -> Filter:
    """Open attempts that still take answers."""
    return {"state": "open", "$or": [{"dueAt": None}, {"dueAt": {"$gte": moment - GRACE}}]}


def overdue(moment: datetime) -> Filter:
    return {"state": "open", "dueAt": {"$lt": moment - GRACE}}


def _latest(q: str, answer: Answer) -> Mapping[str, Any]:
    """The answer, unless a later one is kept; of two of the same moment the greater, by MongoDB's order of values."""
    given = {"value": {"$literal": answer["value"]}, "at": answer["at"]}
    kept = f"$answers.{q}"
    later = {"$gt": [[given["at"], given["value"]], [f"{kept}.at", f"{kept}.value"]]}
    return {"$cond": [later, given, kept]}


quiz_attempts = QuizAttempts()
