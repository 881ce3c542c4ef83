"""Who may have to do with which question, quiz and attempt; what is not somebody's to know of is not found."""

from bson import ObjectId

from lms.controllers.accounts import access
from lms.errors import QuestionNotFound
from lms.models.accounts.sessions import Caller
from lms.models.assessment.questions import Question, questions


def written_question(caller: Caller, question_id: ObjectId) -> Question:
    """A question of a course that the caller is an author of."""
    question = questions.get({"_id": question_id})
    if question is None or not access.writes(caller, question["course"]):
        raise QuestionNotFound
    return question
