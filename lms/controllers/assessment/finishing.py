"""The end of an attempt, by its learner's hand or by the clock: marking is part of the same transaction."""

from bson import ObjectId

from lms.controllers.assessment import results
from lms.machinery.rounds import within_a_round
from lms.models.assessment.quiz_attempts import How, QuizAttempt, overdue, quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.base import now
from lms.models.transactions import transactional

MOST_A_ROUND = 2000


@transactional
def finish(attempt_id: ObjectId, how: How) -> QuizAttempt | None:
    """End an open attempt, mark it and have it count; none where it has ended already."""
    attempt = quiz_attempts.get({"_id": attempt_id, "state": "open"})
    quiz = quizzes.get({"_id": attempt["quiz"]}) if attempt else None
    if attempt is None or quiz is None:
        return None
    ended = {**results.marked(attempt, quiz), "submittedAt": now(), "how": how}
    finished = quiz_attempts.finish(attempt_id, ended)
    if finished is not None and finished["state"] == "graded":
        results.settle(quiz, finished["user"])
    return finished


def finish_overdue(attempt: QuizAttempt, quiz: Quiz) -> QuizAttempt | None:
    """End an attempt whose time is up, with what was saved."""
    closed = quiz["closesAt"] is not None and attempt["dueAt"] is not None and attempt["dueAt"] >= quiz["closesAt"]
    return finish(attempt["_id"], "closed" if closed else "time")


def close_due() -> None:
    """End the attempts whose time is up, those first that have waited longest; who comes second finds nothing to do."""
    sort = [("dueAt", 1)]
    for attempt in within_a_round(quiz_attempts.find(overdue(now()), sort=sort, limit=MOST_A_ROUND)):
        quiz = quizzes.get({"_id": attempt["quiz"]})
        if quiz is not None:
            finish_overdue(attempt, quiz)
