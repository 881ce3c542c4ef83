"""A course with two quizzes and learners who are signed in: made by `tests.bench.quizzes` in a process of its own."""

import json
import sys
import time
from typing import Any

from bson import ObjectId

from lms import create_app
from lms.controllers.assessment import regrades as regrade_controller
from lms.controllers.authoring.sections import refresh_outline
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.models.assessment.questions import question_versions, questions
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import Quiz, quizzes
from lms.models.assessment.regrades import regrades
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.catalogue.course_search import searchable
from lms.models.catalogue.courses import courses, new_course
from lms.models.fields import defaults
from lms.models.learning.enrollments import enrollments
from lms.models.system.finding import findable
from lms.services.accounts import tokens
from lms.services.assessment import papers

SHORT, LONG = 20, 100
"""Questions of the quiz that many begin at once, and of the one that is handed in."""
REGRADED = 1000


def make(learners: int) -> dict[str, Any]:
    """What the load needs to know: the quizzes, their questions, the learners' tokens."""
    author = users.find({"role": "instructor"}, {"_id": 1}, limit=1)[0]["_id"]
    text = searchable("A sitting", "Two quizzes.", ["bench"])
    course = new_course(author, {**text, "amount": 0, "status": "published", "publishedAt": now()})
    courses.insert(course)
    section = sections.add(course["_id"], "Quizzes")
    asked = [_question(course["_id"], author, number) for number in range(LONG)]
    made = [_quiz(course["_id"], section, asked[:many]) for many in (SHORT, LONG)]
    refresh_outline(course["_id"])
    found = {
        "short": str(made[0]),
        "long": str(made[1]),
        "learners": [_learner(course["_id"]) for _ in range(learners)],
    }
    return {**found, "right": {str(each["_id"]): each["key"]["right"][0] for each in asked}}


def _question(course_id: ObjectId, author: ObjectId, number: int) -> Any:
    choices = [{"id": f"{number}-{place}", "body": f"Choice {place} of question {number}"} for place in range(4)]
    shown = {"kind": "single", "body": f"<p>Question {number}?</p>", "choices": choices, "targets": []}
    shown |= {"key": {"right": [f"{number}-1"]}, "points": 100, "explanation": "", "tags": []}
    question = questions.add(course_id, shown)
    question_versions.keep(question, author)
    return question


def _quiz(course_id: ObjectId, section_id: ObjectId, asked: list[Any]) -> ObjectId:
    rules = {**defaults(Quiz), "items": [{"question": each["_id"]} for each in asked], "minutes": 60, "attempts": None}
    quiz_id = quizzes.add(course_id, rules)
    subsections.add(
        course_id,
        section_id,
        {"title": "A quiz", "description": "", "duration": 0, "preview": False, "kind": "quiz", "assessment": quiz_id},
    )
    return quiz_id


def _learner(course_id: ObjectId) -> str:
    moment, id = now(), ObjectId()
    name, email = "Learner", f"{id}@example.com"
    person: Any = {"_id": id, "firstName": name, "lastName": "", "email": email, **findable(name, "", email)}
    person |= {"role": "student", "status": "active", "image": None, "emailVerifiedAt": moment}
    users.insert({**person, "credentialsChangedAt": moment, "createdAt": moment, "updatedAt": moment})
    enrollments.enroll(id, course_id, "free")
    return str(tokens.pair(sessions.open(id, "student", "Bench", "127.0.0.1"))["token"])


def regrade() -> dict[str, float]:
    """How long it takes to mark many attempts again, all of which change."""
    quiz = quizzes.find({}, sort=[("createdAt", -1)], limit=2)[1]
    model = quiz_attempts.find({"quiz": quiz["_id"], "state": "graded"}, limit=1)
    assert model, "Nobody has handed in the short quiz."
    paper = papers.named(quiz["items"])
    quiz_attempts.raw.insert_many({**model[0], "_id": ObjectId(), "user": ObjectId()} for _ in range(REGRADED))
    for question in questions.find({"_id": {"$in": list(paper)}}):
        other = {"right": [question["choices"][2]["id"]]}
        changed = questions.edit(question["_id"], question["version"], {"key": other})
        assert changed is not None
        question_versions.keep(changed, ObjectId())
    keys = {str(q): 2 for q in paper}
    regrades.start(quiz, "exact", keys, ObjectId())
    [running] = regrades.find({"state": "running"})
    began = time.monotonic()
    while regrades.get({"_id": running["_id"], "step": "first"}):
        regrade_controller.run_round(running["_id"])
    return {"each": (time.monotonic() - began) / REGRADED}


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(regrade() if sys.argv[1] == "regrade" else make(int(sys.argv[1]))))
