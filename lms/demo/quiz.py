"""The demo quiz: its questions, its rules, and attempts at it in every state."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from bson import ObjectId

from lms.demo.grading import COURSE, QUIZ, Document, grade
from lms.demo.ids import demo_id
from lms.demo.quiz_text import QUESTIONS, RIGHT, WRONG
from lms.models.assessment.quizzes import QuizRules
from lms.models.fields import defaults
from lms.services.assessment import papers, scoring

LEARNERS = 28
POINTS = 200
PASSED_AT = 60


def questions(midnight: datetime) -> Iterator[Document]:
    moment = midnight - timedelta(days=50)
    for place, text in enumerate(QUESTIONS):
        named = {"choices": "c", "targets": "t"}
        parts = {
            name: [{"id": f"{letter}{spot}", "body": body} for spot, body in enumerate(text.get(name, ()))]
            for name, letter in named.items()
        }
        own = {"_id": demo_id("question", place), "course": COURSE, "version": 1, "points": POINTS}
        yield {**text, **parts, **own, "createdAt": moment, "updatedAt": moment}


def quiz(midnight: datetime) -> Document:
    moment = midnight - timedelta(days=50)
    items = [{"question": demo_id("question", place)} for place in range(len(QUESTIONS))]
    rules = {**defaults(QuizRules), "items": items, "minutes": 20, "attempts": 3, "passPercent": PASSED_AT}
    own = {"_id": QUIZ, "course": COURSE, "keys": {}, "revision": 1, "createdAt": moment, "updatedAt": moment}
    return {**rules, **own, "reveal": "answers"}


def attempts(
    number: int, user: ObjectId, ability: float, midnight: datetime, draw: random.Random
) -> Iterator[Document]:
    """One to three; the last learner is at it just now, and some essays wait to be marked."""
    tries = 1 if number % 3 else 2
    for place in range(tries):
        began = midnight - timedelta(days=30 - 3 * place - number % 20, minutes=draw.randrange(600))
        yield _attempt(number * 4 + place, user, place + 1, ability + 0.1 * place, began, draw)
    if number == LEARNERS - 1:
        going_on = _attempt(number * 4 + 3, user, tries + 1, ability, midnight - timedelta(minutes=5), draw)
        unmarked: Document = {"state": "open", "submittedAt": None, "how": None, "marks": {}, "keyVersions": {}}
        yield {**going_on, **unmarked, "score": 0, "percent": 0, "passed": False, "dueAt": None}


def _attempt(number: int, user: ObjectId, place: int, ability: float, began: datetime, draw: random.Random) -> Document:
    bank = {str(each["_id"]): each for each in questions(began)}
    paper = papers.assemble({**defaults(QuizRules), "items": _items(bank)}, bank.values(), draw)
    took = timedelta(seconds=draw.randint(300, 1150))
    answers = {
        str(item["q"]): {"value": (RIGHT if draw.random() < ability else WRONG)[item["kind"]], "at": began + took}
        for item in paper
    }
    essay = str(demo_id("question", len(QUESTIONS) - 1))
    by_hand = {
        "points": round(POINTS * min(1, ability)),
        "by": demo_id("instructor", 0),
        "note": "Both are there.",
    }
    seen = bool(answers[essay]["value"]) and place == 1 and number % 5 != 1
    attempt: Document = {
        "_id": demo_id("attempt", number),
        "quiz": QUIZ,
        "course": COURSE,
        "user": user,
        "number": place,
        "oneWay": False,
        "paper": paper,
        "answers": answers,
        "reached": len(paper) - 1,
        "startedAt": began,
        "dueAt": began + timedelta(minutes=20),
        "submittedAt": began + took,
        "how": "learner",
        "marks": {essay: by_hand} if seen else {},
        "outOf": sum(item["points"] for item in paper),
        "address": "203.0.113.7",
        "revision": 2,
    }
    return {**attempt, **scoring.scored(attempt, bank, PASSED_AT)}


def _items(bank: Mapping[str, Document]) -> list[Document]:
    return [{"question": each["_id"]} for each in bank.values()]


def grade_of(number: int, attempts: list[Document]) -> Iterator[Document]:
    """The grade of the best attempt that is marked."""
    marked = [each for each in attempts if each["state"] == "graded"]
    if found := scoring.counting(marked, "best"):
        attempt, points = found
        yield grade(number * 2, attempt, "quiz", points, 0, attempt["outOf"], PASSED_AT, attempt["submittedAt"])
