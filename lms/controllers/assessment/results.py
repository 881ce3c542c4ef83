"""From attempts to what counts: marking with the keys that hold, and the grade that follows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import allowances
from lms.controllers.assessment import grades as grade_controller
from lms.controllers.assessment.grades import Marked
from lms.models.assessment.grades import grades
from lms.models.assessment.questions import QuestionVersion, question_versions
from lms.models.assessment.quiz_attempts import QuizAttempt, quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.base import now
from lms.models.transactions import transactional
from lms.services.assessment import scoring, totals


def in_force(attempt: QuizAttempt, keys: Mapping[str, int]) -> dict[str, QuestionVersion]:
    """The questions of a paper in the versions whose keys hold: its own, or newer ones since a regrade."""
    wanted = [(item["q"], max(item["version"], keys.get(str(item["q"]), 0))) for item in attempt["paper"]]
    return {str(each["question"]): each for each in question_versions.named(wanted)}


def marked(attempt: QuizAttempt, quiz: Quiz, keys: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The fields of the attempt once it is marked with the keys that hold, or with these."""
    questions = in_force(attempt, quiz["keys"] if keys is None else keys)
    return scoring.scored(attempt, questions, quiz["passPercent"])


@transactional
def settle(quiz: Quiz, user_id: ObjectId) -> None:
    """Have the attempt count that does by the rules of the quiz; with none left the grade ends."""
    attempts = [each for each in quiz_attempts.made(quiz["_id"], user_id) if each["state"] == "graded"]
    found = scoring.counting(attempts, quiz["keeps"])
    if found is None:
        grade_controller.withdraw(quiz["_id"], user_id)
        return
    attempt, points = found
    before = grades.of(quiz["_id"], user_id)
    released_at, releases_at = _release(quiz, user_id, before["releasedAt"] if before else None)
    grade_controller.record(
        Marked(
            course=quiz["course"],
            user=user_id,
            assessment=quiz["_id"],
            kind="quiz",
            source=attempt["_id"],
            raw=points,
            out_of=attempt["outOf"],
            pass_percent=quiz["passPercent"],
            released_at=released_at,
            releases_at=releases_at,
            details={"onlyPassed": True} if quiz["reveal"] == "never" else {},
        )
    )


@transactional
def follow_rules(quiz_id: ObjectId, user_id: ObjectId) -> None:
    """Have a learner's attempts pass or not, and count, by the rules as they are now."""
    quiz = quizzes.get({"_id": quiz_id})
    if quiz is None:
        return
    for attempt in quiz_attempts.made(quiz_id, user_id):
        passed = totals.passes(attempt["score"], attempt["outOf"], quiz["passPercent"])
        if attempt["state"] == "graded" and attempt["passed"] != passed:
            quiz_attempts.mark(attempt, {"passed": passed})
    settle(quiz, user_id)


def _release(quiz: Quiz, user_id: ObjectId, before: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Since when a grade is known to its learner, or when it will be."""
    if before is not None:
        return before, None
    moment, at = now(), told_at(quiz, user_id)
    return (None, at) if at and at > moment else (moment, None)


def told_at(quiz: Quiz, user_id: ObjectId) -> datetime | None:
    """When results are told that are held back: once the quiz is closed for all, and for a learner with more time."""
    if quiz["revealWhen"] != "closed" or quiz["closesAt"] is None:
        return None
    return max(quiz["closesAt"], allowances.of(quiz, user_id).closes_at or quiz["closesAt"])


def held_back(quiz: Quiz, user_id: ObjectId, moment: datetime) -> bool:
    """Whether nothing of the results is told yet, for others, or the learner, can still take the quiz."""
    at = told_at(quiz, user_id)
    return at is not None and at > moment
