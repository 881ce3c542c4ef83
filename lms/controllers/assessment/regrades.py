"""Marking attempts again with the newest keys: what would change, and then in rounds, each change once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.assessment import results, rights
from lms.errors import RegradeNotFound, RegradeRunning
from lms.jobs.assessment import quizzes as jobs
from lms.machinery.rounds import within_a_round
from lms.models.accounts.sessions import Caller
from lms.models.assessment.questions import questions
from lms.models.assessment.quiz_attempts import QuizAttempt, quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.assessment.regrades import BEGINNING, LATE, Policy, Regrade, regrades
from lms.models.base import Filter
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.assessment.regrades import RegradeIn

MARKED = {"state": {"$in": ["graded", "grading"]}}
TOGETHER = 10
"""So many attempts are marked in one transaction: a fifth less work than one by one; many would hold learners up."""
AT_A_TIME = 500
"""So many attempts are read at once."""


def start(caller: Caller, quiz_id: ObjectId, form: RegradeIn) -> Result:
    """Say what would change, or begin to change it."""
    quiz = rights.written_quiz(caller, quiz_id)
    if form.dry_run:
        return Result(_foreseen(quiz, form.policy), status=200, message="Nothing is changed yet.")
    try:
        _start(caller, quiz_id, form.policy)
    except DuplicateKeyError:
        raise RegradeRunning from None
    return Result(newest(quiz_id))


def newest(quiz_id: ObjectId) -> dict[str, Any]:
    """How far the last regrade of a quiz is."""
    found = regrades.newest(quiz_id)
    if found is None:
        raise RegradeNotFound
    told = ("policy", "state", "up", "down", "startedAt")
    return {**{name: found[name] for name in told}, "endedAt": found.get("endedAt")}  # type: ignore[literal-required]


@transactional
def _start(caller: Caller, quiz_id: ObjectId, policy: Policy) -> None:
    """From here on, attempts that are handed in are marked with these keys."""
    quiz = rights.written_quiz(caller, quiz_id)
    keys = {**quiz["keys"], **_newest_keys(quiz)}
    regrade_id = regrades.start(quiz, policy, keys, caller.id)
    quizzes.update({"_id": quiz_id}, {"$set": {"keys": keys}})
    jobs.regrade.promise(regrade_id)


def _newest_keys(quiz: Quiz) -> dict[str, int]:
    """The newest version of every question that the quiz has asked; one that was deleted keeps its last key."""
    asked = quiz_attempts.raw.distinct("paper.q", {"quiz": quiz["_id"]})
    return {str(q): version for q, version in questions.newest_versions(asked).items()}


def _foreseen(quiz: Quiz, policy: Policy) -> dict[str, int]:
    keys = {**quiz["keys"], **_newest_keys(quiz)}
    changes: list[int] = []
    where: Filter = {}
    while found := _stale(quiz["_id"], keys, where):
        changes += [_change(each, quiz, keys, policy) for each in found]
        where = _after(found[-1]["submittedAt"] or BEGINNING, found[-1]["_id"])
    up, down = sum(each > 0 for each in changes), sum(each < 0 for each in changes)
    return {"changed": up + down, "up": up, "down": down}


def _change(attempt: QuizAttempt, quiz: Quiz, keys: Mapping[str, int], policy: Policy) -> int:
    """By how much the points of an attempt change."""
    fields = _marked_again(attempt, quiz, keys, policy)
    return fields["score"] - attempt["score"] if fields else 0


def _marked_again(attempt: QuizAttempt, quiz: Quiz, keys: Mapping[str, int], policy: Policy) -> dict[str, Any] | None:
    """The fields of the attempt that are otherwise with these keys; none where it stays as it is."""
    fields = results.marked(attempt, quiz, keys)
    if policy == "best" and fields["score"] < attempt["score"]:
        return None
    same = all(attempt[name] == value for name, value in fields.items())  # type: ignore[literal-required]
    return None if same else fields


def _stale(quiz_id: ObjectId, keys: Mapping[str, int], where: Filter) -> list[QuizAttempt]:
    """The first of the attempts that were marked with other keys, in the order in which they were handed in.

    No cursor is left open over a whole round: one that is dropped half read blocks the driver.
    """
    others = [{f"keyVersions.{q}": {"$exists": True, "$ne": version}} for q, version in keys.items()]
    if not others:
        return []
    found = {"$and": [{"quiz": quiz_id, **MARKED}, {"$or": others}, where]}
    return quiz_attempts.find(found, sort=[("submittedAt", 1), ("_id", 1)], limit=AT_A_TIME)


def _after(at: datetime, id: ObjectId | None) -> Filter:
    later: list[Filter] = [{"submittedAt": {"$gt": at}}]
    if id is not None:
        later.append({"submittedAt": at, "_id": {"$gt": id}})
    return {"$or": later}


def run_round(regrade_id: ObjectId) -> None:
    """Mark again as many attempts as a job has time for, and promise the next round if any may be left.

    Killed anywhere, it goes on from where it noted it was: what is marked already stays as it is. What is handed in
    long after its start is marked with its keys anyway.
    """
    regrade = regrades.get({"_id": regrade_id, "state": "running"})
    if regrade is None:
        return
    until = {"submittedAt": {"$lte": regrade["startedAt"] + LATE}}
    left = _stale(regrade["quiz"], regrade["keys"], {**until, **_after(regrade["afterTime"], regrade["afterId"])})
    for some in within_a_round(_batched(left)):
        _apply_all(regrade, some)
    if left:
        jobs.regrade.promise(regrade_id)
    elif regrade["step"] == "last":
        regrades.end(regrade_id)
    else:
        regrades.wait(regrade_id)


def _batched(attempts: Sequence[QuizAttempt]) -> Iterator[Sequence[QuizAttempt]]:
    return (attempts[first : first + TOGETHER] for first in range(0, len(attempts), TOGETHER))


@transactional
def _apply_all(regrade: Regrade, attempts: Sequence[QuizAttempt]) -> None:
    """Mark some attempts again, and note how far it has come."""
    for attempt in attempts:
        apply(regrade, attempt["_id"])
    regrades.advance(regrade["_id"], attempts[-1])


@transactional
def apply(regrade: Regrade, attempt_id: ObjectId) -> None:
    """Mark one attempt again, and have what follows from it: the grade, the count, one mail where points changed."""
    attempt = quiz_attempts.get({"_id": attempt_id, **MARKED})
    quiz = quizzes.get({"_id": regrade["quiz"]})
    if attempt is None or quiz is None:
        return
    fields = _marked_again(attempt, quiz, regrade["keys"], regrade["policy"])
    marked = quiz_attempts.mark(attempt, fields) if fields else None
    if marked is None:
        return
    if marked["state"] == "graded":
        results.settle(quiz, marked["user"])
    if marked["score"] != attempt["score"]:
        regrades.count_change(regrade["_id"], marked["score"] > attempt["score"])
        jobs.mail_regraded.promise(attempt_id)


def go_on() -> None:
    """Have those finished that have waited for what could still come."""
    for regrade in regrades.waiting():
        _look_again(regrade)


@transactional
def _look_again(regrade: Regrade) -> None:
    if regrades.look_again(regrade):
        jobs.regrade.promise(regrade["_id"])
