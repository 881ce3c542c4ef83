"""What people decide on attempts: marks by hand, and that one does not count."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import results, rights, shown
from lms.errors import AttemptEnded, ChangedMeanwhile, InvalidRequest, NotMarkable, NotOfThisPaper
from lms.jobs.assessment import quizzes as jobs
from lms.models.accounts.sessions import Caller
from lms.models.assessment.quiz_attempts import QuestionMark, QuizAttempt, quiz_attempts
from lms.models.base import now
from lms.models.transactions import transactional
from lms.schemas.assessment.attempts import AnnulIn, MarksIn
from lms.services.assessment import answers, scoring


@transactional
def put(caller: Caller, attempt_id: ObjectId, form: MarksIn) -> dict[str, Any]:
    """Mark answers by hand; once nothing waits any more, the attempt counts and its learner is told."""
    attempt = rights.written_attempt(caller, attempt_id)
    if attempt["state"] not in ("grading", "graded"):
        raise NotMarkable
    quiz = rights.quiz_of(attempt["quiz"])
    marks = {**attempt["marks"], **_given(caller, attempt, form)}
    fields = scoring.summed(attempt, marks, quiz["passPercent"])
    marked = quiz_attempts.mark({**attempt, "revision": form.revision}, fields)
    if marked is None:
        raise ChangedMeanwhile
    if marked["state"] == "graded":
        results.settle(quiz, marked["user"])
        if attempt["state"] == "grading":
            jobs.mail_graded.promise(attempt_id)
    return shown.to_author(marked)


def _given(caller: Caller, attempt: QuizAttempt, form: MarksIn) -> Mapping[str, QuestionMark]:
    items = {q: item for q, (_, item) in answers.places(attempt["paper"]).items()}
    given: dict[str, QuestionMark] = {}
    for each in form.marks:
        q = str(each.question_id)
        if q not in items:
            raise NotOfThisPaper
        if each.points > items[q]["points"]:
            raise InvalidRequest(errors={f"marks.{q}": f"This question is worth {items[q]['points']}."})
        given[q] = {"points": each.points, "by": caller.id}
        if each.note:
            given[q]["note"] = each.note
    return given


@transactional
def annul(caller: Caller, attempt_id: ObjectId, form: AnnulIn) -> dict[str, Any]:
    """Have an attempt count for nothing, which gives it back to its learner."""
    return shown.to_author(take_out(rights.written_attempt(caller, attempt_id), form.reason, caller.id))


def take_out(attempt: QuizAttempt, reason: str, by: ObjectId) -> QuizAttempt:
    """Annul an attempt as it was read, and tell its learner; part of a transaction. Raises AttemptEnded."""
    if attempt["state"] == "annulled":
        raise AttemptEnded
    said = {"reason": reason, "by": by, "at": now()}
    ended = {} if attempt["submittedAt"] else {"submittedAt": now(), "how": "staff"}
    annulled = quiz_attempts.mark(attempt, {"state": "annulled", "annulled": said, **ended})
    if annulled is None:
        raise ChangedMeanwhile
    results.settle(rights.quiz_of(attempt["quiz"]), attempt["user"])
    jobs.mail_annulled.promise(attempt["_id"])
    return annulled
