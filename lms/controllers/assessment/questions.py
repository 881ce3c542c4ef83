"""The bank of a course: questions that its quizzes name or draw from."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.assessment import rights
from lms.errors import BankFull, ChangedMeanwhile, QuestionInUse, UnsoundQuestion
from lms.models.accounts.sessions import Caller
from lms.models.assessment.questions import CONTENT, Question, question_versions, questions
from lms.models.assessment.quizzes import quizzes
from lms.models.base import Page
from lms.models.transactions import transactional
from lms.schemas.assessment.questions import QuestionChangeIn, QuestionIn, QuestionsQuery
from lms.services.assessment import papers
from lms.services.assessment import questions as rules

MOST_IN_BANK = 5000


def page(course_id: ObjectId, query: QuestionsQuery) -> Page[dict[str, Any]]:
    """The questions of a course, the last changed first."""
    where: dict[str, Any] = {"course": course_id}
    if query.tag is not None:
        where["tags"] = query.tag
    if query.kind is not None:
        where["kind"] = query.kind
    found = questions.page(where, [], {"updatedAt": -1, "_id": -1}, query.page, query.limit)
    return Page([shown(each) for each in found.items], found.total, found.page, found.limit)


def shown(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as its authors see it."""
    told = (*CONTENT, "createdAt", "updatedAt")
    return {"id": question["_id"], "revision": question["version"], **{name: question[name] for name in told}}


@transactional
def add(caller: Caller, course_id: ObjectId, form: QuestionIn) -> dict[str, Any]:
    access.require_writing(caller, course_id)
    if questions.count({"course": course_id}) >= MOST_IN_BANK:
        raise BankFull
    return shown(put(course_id, form, caller.id))


def put(course_id: ObjectId, form: QuestionIn, by: ObjectId) -> Question:
    """Write a question into the bank, as part of a transaction; raises UnsoundQuestion."""
    question = questions.add(course_id, rules.stored(_sound(form)))
    question_versions.keep(question, by)
    return question


@transactional
def edit(caller: Caller, question_id: ObjectId, form: QuestionChangeIn) -> dict[str, Any]:
    """Make the next version of a question; papers that have the one of before keep it."""
    before, content = rights.written_question(caller, question_id), _sound(form)
    if form.kind != before["kind"]:
        raise UnsoundQuestion(errors={"kind": "A question keeps its kind. Write another one."})
    known = [each["id"] for each in (*before["choices"], *before["targets"])]
    question = questions.edit(question_id, form.revision, rules.stored(content, known))
    if question is None:
        raise ChangedMeanwhile
    if set(question["tags"]) != set(before["tags"]):
        _require_enough(question["course"])
    question_versions.keep(question, caller.id)
    return shown(question)


@transactional
def delete(caller: Caller, question_id: ObjectId) -> None:
    """Take a question out of the bank; papers that have it keep it."""
    question = rights.written_question(caller, question_id)
    if quizzes.count({"course": question["course"], "items.question": question_id}):
        raise QuestionInUse
    questions.remove(question_id, caller.id)
    _require_enough(question["course"])


def _sound(form: QuestionIn) -> dict[str, Any]:
    content = form.content()
    if faults := rules.faults(content):
        raise UnsoundQuestion(errors=faults)
    return content


def _require_enough(course_id: ObjectId) -> None:
    """Raise QuestionInUse where a quiz that draws from the bank could come up short."""
    drawing = quizzes.find({"course": course_id, "items.draw": {"$exists": True}}, {"items": 1})
    bank = questions.find({"course": course_id}, {"tags": 1}) if drawing else []
    if any(papers.short_draws(quiz["items"], bank) for quiz in drawing):
        raise QuestionInUse
