"""/assessments: the bank of questions of a course."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import questions
from lms.errors import BankFull, ChangedMeanwhile, QuestionInUse, UnsoundQuestion
from lms.http.api import Api
from lms.middlewares.auth import author_of_course
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.schemas.assessment.questions import QuestionChangeIn, QuestionIn, QuestionOut, QuestionsQuery

api = Api("questions", "/assessments", tag="quizzes")

LIMIT = per_caller("3000 per hour", "questions")


@api.get("/questions/<id:course_id>", allow=author_of_course, returns=list[QuestionOut])
def page(course_id: ObjectId, query: QuestionsQuery) -> Any:
    """The questions of a course with their keys, the last changed first."""
    return questions.page(course_id, query)


@api.post(
    "/questions/<id:course_id>",
    allow=author_of_course,
    returns=QuestionOut,
    status=201,
    message="The question is added.",
    refusals=(UnsoundQuestion, BankFull),
    limits=(LIMIT,),
)
def add(caller: Caller, course_id: ObjectId, body: QuestionIn) -> Any:
    """Add a question to the bank of a course; a 400 names what its kind lacks."""
    return questions.add(caller, course_id, body)


@api.put(
    "/question/<id:question_id>",
    allow=author_of_course,
    returns=QuestionOut,
    message="The question is changed.",
    refusals=(UnsoundQuestion, ChangedMeanwhile, QuestionInUse),
    limits=(LIMIT,),
)
def edit(caller: Caller, question_id: ObjectId, body: QuestionChangeIn) -> Any:
    """Change a question. Papers that ask it keep it as it was; a regrade marks them with the new key."""
    return questions.edit(caller, question_id, body)


@api.delete("/question/<id:question_id>", allow=author_of_course, status=204, refusals=(QuestionInUse,))
def delete(caller: Caller, question_id: ObjectId) -> None:
    """Delete a question that no quiz needs."""
    questions.delete(caller, question_id)
