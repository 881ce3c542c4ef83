"""The end of an attempt, by its learner's hand or by the clock: marking is part of the same transaction."""

import structlog
from bson import ObjectId
from pymongo.errors import PyMongoError

from lms.controllers.assessment import results
from lms.machinery.rounds import within_a_round
from lms.models.assessment.quiz_attempts import How, QuizAttempt, overdue, quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.base import Filter, now
from lms.models.transactions import transactional

log = structlog.get_logger("quizzes")

MOST_A_ROUND = 2000
OPEN: Filter = {"state": "open"}


@transactional
def finish(attempt_id: ObjectId, how: How, still: Filter = OPEN) -> QuizAttempt | None:
    """End an open attempt, mark it and have it count; none where it has ended already, or is not `still` so."""
    attempt = quiz_attempts.get({"_id": attempt_id, **still})
    quiz = quizzes.get({"_id": attempt["quiz"]}) if attempt else None
    if attempt is None or quiz is None:
        return None
    ended = {**results.marked(attempt, quiz), "submittedAt": now(), "how": how}
    finished = quiz_attempts.finish(attempt_id, ended)
    if finished is not None and finished["state"] == "graded":
        results.settle(quiz, finished["user"])
    return finished


def finish_overdue(attempt: QuizAttempt, quiz: Quiz) -> QuizAttempt | None:
    """End an attempt whose time is up, with what was saved, unless somebody has given it more time."""
    closed = quiz["closesAt"] is not None and attempt["dueAt"] is not None and attempt["dueAt"] >= quiz["closesAt"]
    return finish(attempt["_id"], "closed" if closed else "time", overdue(now()))


def close_due() -> None:
    """End the attempts whose time is up, those first that have waited longest; who comes second finds nothing to do.

    One that cannot be marked keeps nobody else waiting: it is logged, and tried again the next time.
    """
    found = quiz_attempts.find(overdue(now()), {"paper": 0, "answers": 0}, [("dueAt", 1)], MOST_A_ROUND)
    for attempt in within_a_round(found):
        try:
            _close(attempt)
        except PyMongoError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:300]
            log.error("attempt_not_closed", attempt=str(attempt["_id"]), reason=reason)


def _close(attempt: QuizAttempt) -> None:
    quiz = quizzes.get({"_id": attempt["quiz"]})
    if quiz is not None:
        finish_overdue(attempt, quiz)
