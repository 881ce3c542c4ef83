"""/assessments: attempts at quizzes. The clock is the server's."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import attempts, manual_marks
from lms.errors import (
    AttemptEnded,
    AttemptNotFound,
    ChangedMeanwhile,
    LessonLocked,
    NoAttemptsLeft,
    NotMarkable,
    NotOfThisPaper,
    NotOpen,
    NoWayBack,
    Pause,
    QuizNotFound,
    TimeIsUp,
)
from lms.http.api import Api
from lms.middlewares.auth import author_of_course, enrolled, own_attempt, own_attempt_or_author
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller, Client
from lms.models.assessment.quiz_attempts import QuizAttempt
from lms.models.assessment.sittings import Sitting
from lms.schemas.assessment.attempts import AnnulIn, AnswersIn, AttemptOut, MarksIn, SavedOut, SubmitIn

api = Api("attempts", "/assessments", tag="quizzes")

MARKS = per_caller("3000 per hour", "marks")


@api.post(
    "/quiz/<id:quiz_id>/attempts",
    allow=enrolled,
    returns=AttemptOut,
    status=201,
    also_status=(200,),
    message="The attempt has begun.",
    refusals=(QuizNotFound, LessonLocked, NotOpen, NoAttemptsLeft, Pause),
)
def start(caller: Caller, client: Client, quiz_id: ObjectId, sitting: Sitting) -> Any:
    """Begin an attempt, or with 200 go on with the one that is open. It counts from here on."""
    return attempts.start(caller, client, sitting)


@api.get(
    "/attempts/<id:attempt_id>",
    allow=own_attempt_or_author,
    returns=AttemptOut,
    refusals=(AttemptNotFound, QuizNotFound),
)
def show(caller: Caller, attempt_id: ObjectId) -> Any:
    """An attempt: while it is open what was saved, afterwards what the quiz reveals; for an author all of it."""
    return attempts.show(caller, attempt_id)


@api.put(
    "/attempts/<id:attempt_id>/answers",
    allow=own_attempt,
    returns=SavedOut,
    message="Your answers are saved.",
    refusals=(NotOfThisPaper, TimeIsUp, AttemptEnded, NoWayBack),
)
def save(attempt_id: ObjectId, attempt: QuizAttempt, body: AnswersIn) -> Any:
    """Save answers, in any order and any number of times, until ten seconds after `dueAt`."""
    return attempts.save(attempt, body)


@api.post(
    "/attempts/<id:attempt_id>/submit",
    allow=own_attempt,
    returns=AttemptOut,
    message="Your answers are handed in.",
    refusals=(QuizNotFound, NotOfThisPaper, TimeIsUp, AttemptEnded, NoWayBack),
    body_required=False,
)
def submit(attempt_id: ObjectId, attempt: QuizAttempt, body: SubmitIn) -> Any:
    """Hand in an attempt; again, the same answer. After the time is up, what was saved by then is what counts."""
    return attempts.submit(attempt, body)


@api.put(
    "/attempts/<id:attempt_id>/marks",
    allow=author_of_course,
    returns=AttemptOut,
    message="The marks are kept.",
    refusals=(QuizNotFound, NotMarkable, NotOfThisPaper, ChangedMeanwhile),
    limits=(MARKS,),
)
def put_marks(caller: Caller, attempt_id: ObjectId, body: MarksIn) -> Any:
    """Mark answers by hand: essays, and whatever else; such marks stay when the quiz is regraded."""
    return manual_marks.put(caller, attempt_id, body)


@api.post(
    "/attempts/<id:attempt_id>/annul",
    allow=author_of_course,
    returns=AttemptOut,
    message="The attempt does not count.",
    refusals=(QuizNotFound, AttemptEnded, ChangedMeanwhile),
    limits=(MARKS,),
)
def annul(caller: Caller, attempt_id: ObjectId, body: AnnulIn) -> Any:
    """Have an attempt count for nothing and give it back to its learner, who is told why."""
    return manual_marks.annul(caller, attempt_id, body)
