"""/assessments: quizzes, for their authors and for those who take them."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import quizzes, regrades
from lms.errors import ChangedMeanwhile, DrawTooLarge, NoQuestions, QuizNotFound, RegradeNotFound, RegradeRunning
from lms.http.api import Api
from lms.middlewares.auth import author_of_course, enrolled_or_owner
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.assessment.quizzes import AttemptLineOut, AttemptsQuery, QuizChangeIn, QuizIn, QuizOut
from lms.schemas.assessment.regrades import RegradeIn, RegradeOut

api = Api("quizzes", "/assessments")

LIMIT = per_caller("600 per hour", "quizzes")


@api.post(
    "/quizzes/<id:section_id>",
    allow=author_of_course,
    returns=QuizOut,
    status=201,
    message="The quiz is added.",
    refusals=(NoQuestions, DrawTooLarge),
    limits=(LIMIT,),
)
def add(caller: Caller, section_id: ObjectId, body: QuizIn) -> Any:
    """Add a quiz, which is a lesson, at the end of a section."""
    return quizzes.add(caller, section_id, body)


@api.put(
    "/quiz/<id:quiz_id>",
    allow=author_of_course,
    returns=QuizOut,
    message="The quiz is changed.",
    refusals=(NoQuestions, DrawTooLarge, ChangedMeanwhile),
    limits=(LIMIT,),
)
def edit(caller: Caller, quiz_id: ObjectId, body: QuizChangeIn) -> Any:
    """Change what the body names. Attempts keep their papers; clocks that run and grades follow within seconds."""
    return quizzes.edit(caller, quiz_id, body)


@api.get("/quiz/<id:quiz_id>", allow=enrolled_or_owner, returns=QuizOut, refusals=(QuizNotFound,))
def show(caller: Caller, quiz_id: ObjectId) -> Any:
    """The rules of a quiz; for learners with what they have made of it, for authors with what it asks."""
    return quizzes.show(caller, quiz_id)


@api.get("/quiz/<id:quiz_id>/attempts", allow=author_of_course, returns=list[AttemptLineOut])
def attempts(quiz_id: ObjectId, query: AttemptsQuery) -> Any:
    """Attempts at a quiz, the first handed in first; `state=grading` are those with essays that wait for marks."""
    return quizzes.attempts_of(quiz_id, query)


@api.post(
    "/quiz/<id:quiz_id>/regrade",
    allow=author_of_course,
    returns=RegradeOut,
    status=202,
    also_status=(200,),
    message="The quiz is being regraded.",
    refusals=(RegradeRunning,),
    limits=(LIMIT,),
)
def regrade(caller: Caller, quiz_id: ObjectId, body: RegradeIn) -> Any:
    """Mark attempts again with the newest keys of their questions, or with `dryRun` say how many would change."""
    return regrades.start(caller, quiz_id, body)


@api.get("/quiz/<id:quiz_id>/regrade", allow=author_of_course, returns=RegradeOut, refusals=(RegradeNotFound,))
def newest_regrade(quiz_id: ObjectId) -> Any:
    """How far the last regrade of a quiz is."""
    return regrades.newest(quiz_id)
