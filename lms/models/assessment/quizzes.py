"""Quizzes: what they ask, and their rules. Title and introduction are those of the lesson."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel

from lms.models.assessment.questions import MOST_POINTS
from lms.models.base import Collection, Filter, now
from lms.models.fields import Bounds, Default, Ref

Keeps = Literal["best", "last", "average"]
Reveal = Literal["never", "score", "answers"]
RevealWhen = Literal["submitted", "closed"]

MOST_ASKED = 200


class Draw(TypedDict):
    """So many questions that have all of the tags; `points` is what each is worth, instead of its own."""

    tags: list[str]
    count: Annotated[int, Bounds(1, MOST_ASKED)]
    points: NotRequired[Annotated[int, Bounds(1, MOST_POINTS)]]


class Item(TypedDict):
    """Either a question or a draw."""

    question: NotRequired[ObjectId]
    draw: NotRequired[Draw]


class QuizRules(TypedDict):
    items: list[Item]
    minutes: Annotated[int | None, Default(None), Bounds(1)]
    opensAt: Annotated[datetime | None, Default(None)]
    closesAt: Annotated[datetime | None, Default(None)]
    attempts: Annotated[int | None, Default(1), Bounds(1, 100)]
    pauseMinutes: Annotated[int, Default(0), Bounds(0)]
    passPercent: Annotated[int, Default(60), Bounds(0, 100)]
    keeps: Annotated[Keeps, Default("best")]
    shuffle: Annotated[bool, Default(True)]
    shuffleChoices: Annotated[bool, Default(True)]
    oneWay: Annotated[bool, Default(False)]
    reveal: Annotated[Reveal, Default("score")]
    revealWhen: Annotated[RevealWhen, Default("submitted")]
    weight: Annotated[int, Default(1), Bounds(0, 100)]


class Quiz(QuizRules):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    keys: dict[str, int]
    revision: Annotated[int, Bounds(1)]
    createdAt: datetime
    updatedAt: datetime


class Quizzes(Collection[Quiz]):
    """`keys` are the versions of questions whose keys hold since a regrade, whatever version a paper shows."""

    name = "quizzes"
    fields = Quiz
    audited = True
    indexes = (
        IndexModel("course"),
        IndexModel("items.question"),
    )

    def add(self, course_id: ObjectId, rules: Mapping[str, Any]) -> ObjectId:
        moment = now()
        made: Any = {**rules, "_id": ObjectId(), "course": course_id, "keys": {}, "revision": 1}
        made |= {"createdAt": moment, "updatedAt": moment}
        return self.insert(made)

    def edit(self, quiz_id: ObjectId, revision: int, rules: Mapping[str, Any]) -> Quiz | None:
        """Change the rules; none when this revision is no longer the newest."""
        change = {"$set": {**rules, "updatedAt": now()}, "$inc": {"revision": 1}}
        return self.change({"_id": quiz_id, "revision": revision}, change)


quizzes = Quizzes()


def questions_in(items: Iterable[Mapping[str, Any]]) -> int:
    """How many questions these items ask."""
    return sum(item["draw"]["count"] if "draw" in item else 1 for item in items)


def asked_by(quiz: Quiz) -> Filter:
    """The filter of the questions that a quiz names, and of those that it draws from."""
    named = [item["question"] for item in quiz["items"] if "question" in item]
    return {"course": quiz["course"], "$or": [{"_id": {"$in": named}}, *_pools(quiz)]}


def drawn_by(quiz: Quiz) -> Filter | None:
    """The filter of the questions that a quiz draws from; none where it draws nothing."""
    pools = _pools(quiz)
    return {"course": quiz["course"], "$or": pools} if pools else None


def _pools(quiz: Quiz) -> list[Filter]:
    drawn = [item["draw"]["tags"] for item in quiz["items"] if "draw" in item]
    return [{"tags": {"$all": tags}} if tags else {} for tags in drawn]
