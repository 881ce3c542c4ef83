"""A quiz as one learner meets it: all that decides whether they may begin, in one question to the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bson import ObjectId

from lms.models.assessment.extensions import Extension
from lms.models.assessment.quiz_attempts import WITHOUT_CONTENT, QuizAttempt
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.base import Filter


@dataclass(frozen=True)
class Sitting:
    """`place` are its lesson's id and its course (`{_id, status, restricted}`); `made` are the attempts so far.

    `named` are the newest versions of the questions that the quiz names, by their ids.
    """

    quiz: Quiz
    place: tuple[ObjectId, Mapping[str, Any]]
    attends: bool
    made: Sequence[QuizAttempt]
    extension: Extension | None
    named: Mapping[ObjectId, int]


def of(quiz_id: ObjectId, user_id: ObjectId) -> Sitting | None:
    """The sitting of a learner; none without such a quiz, or where its lesson or course is deleted."""
    theirs = {"user": user_id}
    found = quizzes.aggregate(
        {"_id": quiz_id},
        [
            _beside("subsections", "_id", "assessment", {"deletedAt": None}, {"_id": 1}),
            _beside("courses", "course", "_id", {"deletedAt": None}, {"status": 1, "restricted": 1}),
            _beside("enrollments", "course", "course", {**theirs, "status": "active"}, {"_id": 1}),
            _beside("quizAttempts", "_id", "quiz", theirs, WITHOUT_CONTENT),
            _beside("extensions", "_id", "assessment", theirs, {"reason": 0}),
            _beside("questions", "items.question", "_id", {"deletedAt": None}, {"version": 1}),
        ],
    )
    return _sitting(found[0]) if found else None


def _beside(source: str, local: str, foreign: str, where: Filter, fields: Mapping[str, int]) -> dict[str, Any]:
    """The stage that puts what belongs to it beside a quiz, under the name of its collection."""
    pipeline = [{"$match": where}, {"$project": dict(fields)}]
    found = {"from": source, "localField": local, "foreignField": foreign}
    return {"$lookup": {**found, "pipeline": pipeline, "as": source}}


def _sitting(found: dict[str, Any]) -> Sitting | None:
    lessons, held, made = found.pop("subsections"), found.pop("enrollments"), found.pop("quizAttempts")
    course, extensions = found.pop("courses"), found.pop("extensions")
    named = {each["_id"]: each["version"] for each in found.pop("questions")}
    if not lessons or not course:
        return None
    made.sort(key=lambda attempt: attempt["number"])
    place, extension = (lessons[0]["_id"], course[0]), extensions[0] if extensions else None
    return Sitting(cast(Quiz, found), place, bool(held), made, extension, named)
