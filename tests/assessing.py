"""Quizzes to take: made as their authors make them, and answered as learners do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from bson import ObjectId
from werkzeug.test import TestResponse

from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.base import now
from tests.world import MadeCourse, Person, World


@pytest.fixture(name="course")
def course_of_one_lesson(world: World, teacher: Person) -> MadeCourse:
    return world.course(teacher, lessons=1)


@pytest.fixture(name="learner")
def learner_who_attends(world: World, course: MadeCourse) -> Person:
    person = world.person()
    world.enroll(person, course)
    return person


@pytest.fixture(name="single")
def single_choice(world: World, teacher: Person, course: MadeCourse) -> "Asked":
    """A question with one right choice."""
    return asked(world, teacher, course, "single")


RIGHT: dict[str, Any] = {
    "single": ({"right": ["b"]}, "b", "a"),
    "multiple": ({"right": ["a", "c"]}, ["a", "c"], ["a", "b", "c", "d"]),
    "truefalse": ({"holds": True}, True, False),
    "number": ({"value": "12.5", "tolerance": "0.1"}, "12,6", "12,61"),
    "text": ({"accepted": ["Straße"]}, " STRASSE ", "Strase"),
    "order": ({"order": ["c", "a", "d", "b"]}, ["c", "a", "d", "b"], ["a", "b", "c", "d"]),
    "match": ({"pairs": {"a": "x", "b": "y", "c": "x", "d": "y"}}, {"a": "x", "b": "y", "c": "x", "d": "y"}, {}),
}
"""The key of a question of each kind, a right answer and a wrong one, by the ids that its author gave."""

WITH_CHOICES = {"single", "multiple", "order", "match"}


@dataclass(frozen=True)
class Asked:
    """A question with its id, and a right and a wrong answer by its own ids of choices."""

    id: str
    kind: str
    right: Any
    wrong: Any


def asked(world: World, author: Person, course: MadeCourse, kind: str, **fields: Any) -> Asked:
    """Put a question of this kind into the bank of the course."""
    key, right, wrong = RIGHT.get(kind, ({}, "Because.", ""))
    body: dict[str, Any] = {
        "kind": kind,
        "body": f"A {kind} question?",
        "key": key,
        "explanation": "So it is.",
        **fields,
    }
    if kind in WITH_CHOICES:
        body["choices"] = [{"id": each, "body": f"Choice {each}"} for each in "abcd"]
    if kind == "match":
        body["targets"] = [{"id": each, "body": f"Target {each}"} for each in "xy"]
    question = world.post(f"/assessments/questions/{course.id}", body, by=author).json["data"]
    given = [*body.get("choices", []), *body.get("targets", [])]
    kept = [*question["choices"], *question["targets"]]
    names = {old["id"]: new["id"] for old, new in zip(given, kept, strict=True)}
    return Asked(question["id"], kind, _named(right, names), _named(wrong, names))


def _named(answer: Any, names: dict[str, str]) -> Any:
    if isinstance(answer, dict):
        return {names[left]: names[right] for left, right in answer.items()}
    if isinstance(answer, list):
        return [names[each] for each in answer]
    return names.get(answer, answer) if isinstance(answer, str) else answer


def make_quiz(world: World, author: Person, course: MadeCourse, *questions: Asked, **fields: Any) -> str:
    """A quiz at the end of the course that asks these questions; its id."""
    items = fields.pop("items", [{"question": each.id} for each in questions])
    body = {"title": "A quiz", "items": items, **fields}
    answer = world.post(f"/assessments/quizzes/{course.section}", body, by=author)
    assert answer.status_code == 201, answer.json
    made: str = answer.json["data"]["id"]
    return made


def begin(world: World, learner: Person, quiz: str) -> dict[str, Any]:
    """What the learner is given to answer."""
    answer = world.post(f"/assessments/quiz/{quiz}/attempts", by=learner)
    assert answer.status_code in (200, 201), answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def given(question: Asked | str, value: Any, at: datetime | None = None) -> dict[str, Any]:
    id = question if isinstance(question, str) else question.id
    return {"questionId": id, "value": value, "at": f"{(at or now()).isoformat()}Z"}


def save(world: World, learner: Person, attempt: str, *answers: dict[str, Any], **more: Any) -> TestResponse:
    return world.put(f"/assessments/attempts/{attempt}/answers", {"answers": list(answers), **more}, by=learner)


def submit(world: World, learner: Person, attempt: str, *answers: dict[str, Any]) -> TestResponse:
    body = {"answers": list(answers)} if answers else None
    return world.post(f"/assessments/attempts/{attempt}/submit", body, by=learner)


def take(world: World, learner: Person, quiz: str, *answers: tuple[Asked, Any]) -> dict[str, Any]:
    """Begin, answer and hand in; what the learner sees then."""
    attempt = begin(world, learner, quiz)["id"]
    answer = submit(world, learner, attempt, *(given(question, value) for question, value in answers))
    assert answer.status_code == 200, answer.json
    data: dict[str, Any] = answer.json["data"]
    return data


def move(attempt: str, **times: datetime | None) -> None:
    """Set times of an attempt, as if its clock had run."""
    quiz_attempts.raw.update_one({"_id": ObjectId(attempt)}, {"$set": times})
