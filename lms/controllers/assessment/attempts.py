"""Attempts by learners: begun once, saved answer by answer, handed in once; the clock is the server's."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.controllers.accounts import access
from lms.controllers.assessment import allowances, finishing, rights, shown
from lms.controllers.assessment.allowances import Allowance
from lms.controllers.learning import availability
from lms.errors import (
    AttemptEnded,
    AttemptNotFound,
    InvalidRequest,
    NoAttemptsLeft,
    NotOfThisPaper,
    NotOpen,
    NoWayBack,
    Pause,
    TimeIsUp,
)
from lms.models.accounts.sessions import Caller, Client
from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quiz_attempts import GRACE, Answer, QuizAttempt, in_time, quiz_attempts
from lms.models.assessment.quizzes import Quiz, drawn_by, quizzes
from lms.models.assessment.sittings import Sitting
from lms.models.base import now
from lms.results import Result
from lms.schemas.assessment.attempts import AnswerIn, AnswersIn, SubmitIn
from lms.services.assessment import answers as rules
from lms.services.assessment import papers
from lms.services.system.clocks import by_our_clock

MOST_MADE = 1000
"""Of one learner at one quiz, also where there is no end of them."""


def start(caller: Caller, client: Client, sitting: Sitting) -> Result:
    """Begin an attempt, or go on with the one that is open: of many who ask at once one begins it.

    Two unique indexes decide: one open attempt a learner, and one of each number. Who loses looks again.
    """
    quiz = sitting.quiz
    while True:
        going_on = next((each for each in sitting.made if each["state"] == "open"), None)
        if going_on is None:
            with suppress(DuplicateKeyError):
                return Result(shown.to_learner(_begin(caller, client, sitting), quiz), status=201)
        elif _is_overdue(going_on, now()):
            finishing.finish_overdue(going_on, quiz)
        elif attempt := quiz_attempts.open_one(quiz["_id"], caller.id):
            return Result(shown.to_learner(attempt, quiz), status=200, message="This attempt is going on.")
        sitting = rights.sitting_of(caller, quiz["_id"])


def _lot() -> Random:
    """Chance for one attempt, from the system's own: nobody can tell from anything how its choices were shuffled."""
    return Random(secrets.token_bytes(32))  # noqa: S311 - what seeds it is for secrets


def _begin(caller: Caller, client: Client, sitting: Sitting) -> QuizAttempt:
    quiz, made = sitting.quiz, sitting.made
    moment, allowance = now(), allowances.by(quiz, sitting.extension)
    availability.require_open_in(caller.id, *sitting.place)
    _require_open(quiz, allowance, moment)
    _require_left(made, allowance)
    _require_pause(made, quiz, moment)
    paper: Any = papers.assemble(quiz, _bank(sitting), _lot())
    if not paper:
        raise NotOpen
    attempt: QuizAttempt = {
        "_id": ObjectId(),
        "quiz": quiz["_id"],
        "course": quiz["course"],
        "user": caller.id,
        "number": made[-1]["number"] + 1 if made else 1,
        "state": "open",
        "oneWay": quiz["oneWay"],
        "paper": paper,
        "answers": {},
        "reached": -1,
        "startedAt": moment,
        "dueAt": allowance.due(moment),
        "submittedAt": None,
        "how": None,
        "marks": {},
        "score": 0,
        "outOf": sum(item["points"] for item in paper),
        "percent": 0,
        "passed": False,
        "keyVersions": {},
        "address": client.address,
        "revision": 1,
    }
    quiz_attempts.insert(attempt)
    return attempt


def _bank(sitting: Sitting) -> list[Mapping[str, Any]]:
    """What may be asked: of what the quiz names the versions, which the process remembers, and all it draws from."""
    named = [{**each, "_id": each["question"]} for each in question_versions.named(sitting.named.items())]
    drawn = drawn_by(sitting.quiz)
    return [*named, *(questions.find(drawn, papers.NEEDED) if drawn else ())]


def _require_open(quiz: Quiz, allowance: Allowance, moment: datetime) -> None:
    if quiz["opensAt"] is not None and moment < quiz["opensAt"]:
        raise NotOpen(f"This quiz opens at {quiz['opensAt']:%Y-%m-%d %H:%M} UTC.")
    if allowance.closes_at is not None and moment >= allowance.closes_at:
        raise NotOpen("This quiz is closed.")


def _require_left(made: Sequence[QuizAttempt], allowance: Allowance) -> None:
    if left(made, allowance) == 0 or len(made) >= MOST_MADE:
        raise NoAttemptsLeft


def left(made: Sequence[QuizAttempt], allowance: Allowance) -> int | None:
    """How many attempts a learner has left; none where there is no end of them. What was annulled is given back."""
    used = sum(attempt["state"] != "annulled" for attempt in made)
    return None if allowance.attempts is None else max(0, allowance.attempts - used)


def next_at(made: Sequence[QuizAttempt], quiz: Quiz) -> datetime | None:
    """When the pause after the last attempt is over."""
    ended = [each["submittedAt"] for each in made if each["state"] != "annulled" and each["submittedAt"] is not None]
    return max(ended) + timedelta(minutes=quiz["pauseMinutes"]) if ended and quiz["pauseMinutes"] else None


def _require_pause(made: Sequence[QuizAttempt], quiz: Quiz, moment: datetime) -> None:
    until = next_at(made, quiz)
    if until is not None and moment < until:
        raise Pause(retry_after=int((until - moment).total_seconds()) + 1)


def _is_overdue(attempt: QuizAttempt, moment: datetime) -> bool:
    return attempt["dueAt"] is not None and moment > attempt["dueAt"] + GRACE


def show(caller: Caller, attempt_id: ObjectId) -> dict[str, Any]:
    """An attempt as its learner may see it, or all of it for an author."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None:
        raise AttemptNotFound
    if attempt["user"] != caller.id and access.writes(caller, attempt["course"]):
        return shown.to_author(attempt)
    return shown.to_learner(attempt, rights.quiz_of(attempt["quiz"]))


def save(attempt: QuizAttempt, form: AnswersIn) -> dict[str, Any]:
    """Keep answers to the caller's attempt as it was read; what comes late, twice or in any order ends the same."""
    moment = now()
    given = _fitting(attempt, form.answers, form.sent_at, moment)
    places = rules.places(attempt["paper"])
    where = {"_id": attempt["_id"], **in_time(moment)}
    if attempt["oneWay"]:
        new = [places[q][0] for q in rules.changed(given, attempt["answers"])]
        where["reached"] = {"$lte": min(new, default=len(places))}
    if not quiz_attempts.save(where, given, max(places[q][0] for q in given)):
        raise _why_not(attempt["_id"], moment)
    saved = [each for each in {**attempt["answers"], **given}.values() if each["value"] is not None]
    return {"saved": len(saved), "dueAt": attempt["dueAt"], "serverNow": moment}


def _why_not(attempt_id: ObjectId, moment: datetime) -> Exception:
    """Why answers were not taken."""
    attempt = quiz_attempts.get({"_id": attempt_id}, {"state": 1, "how": 1, "dueAt": 1})
    if attempt is None:
        return AttemptNotFound()
    if attempt["state"] == "open":
        return TimeIsUp() if _is_overdue(attempt, moment) else NoWayBack()
    return TimeIsUp() if attempt["how"] in ("time", "closed") else AttemptEnded()


def submit(attempt: QuizAttempt, form: SubmitIn) -> dict[str, Any]:
    """Hand in the caller's attempt, with what was not saved yet; handing it in again changes nothing."""
    quiz = rights.quiz_of(attempt["quiz"])
    if attempt["state"] == "open" and _is_overdue(attempt, now()):
        finishing.finish_overdue(attempt, quiz)
        raise TimeIsUp
    if attempt["state"] == "open":
        if form.answers:
            save(attempt, AnswersIn.model_construct(answers=form.answers, sent_at=form.sent_at))
        attempt = finishing.finish(attempt["_id"], "learner") or _ended(attempt["_id"])
    if attempt["how"] in ("time", "closed"):
        raise TimeIsUp
    if attempt["state"] == "annulled":
        raise AttemptEnded
    return shown.to_learner(attempt, quiz)


def _ended(attempt_id: ObjectId) -> QuizAttempt:
    """An attempt that somebody else has ended meanwhile."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None:
        raise AttemptNotFound
    return attempt


def _fitting(
    attempt: QuizAttempt, given: Sequence[AnswerIn], sent_at: datetime | None, moment: datetime
) -> dict[str, Answer]:
    """The last answer to each question, by our clock; raises for what this paper does not ask."""
    told = [(str(each.question_id), each.value, by_our_clock(each.at, sent_at, moment)) for each in given]
    merged: Any = rules.merged(told, moment)
    if rules.unasked(merged, attempt["paper"]):
        raise NotOfThisPaper
    if wrong := rules.misshapen(merged, attempt["paper"]):
        raise InvalidRequest(errors=dict.fromkeys(wrong, "This is no answer to a question of this kind."))
    return merged  # type: ignore[no-any-return]


def retime(quiz_id: ObjectId, user_id: ObjectId) -> None:
    """Move the end of an attempt that is going on to where it is by the rules of now."""
    quiz, attempt = quizzes.get({"_id": quiz_id}), quiz_attempts.open_one(quiz_id, user_id)
    if quiz is not None and attempt is not None:
        due_at = allowances.of(quiz, user_id).due(attempt["startedAt"])
        quiz_attempts.update({"_id": attempt["_id"], "state": "open"}, {"$set": {"dueAt": due_at}})
