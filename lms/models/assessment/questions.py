"""The questions of a course: its bank, and every version that a question had."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from bson import ObjectId
from cachetools import LRUCache
from pymongo import ASCENDING, DESCENDING, IndexModel

from lms.models.base import Collection, now
from lms.models.fields import Bounds, Ref
from lms.models.merging import WHO_DID_IT

QuestionKind = Literal["single", "multiple", "truefalse", "number", "text", "order", "match", "essay"]

MOST_POINTS = 10_000
CONTENT = ("kind", "body", "choices", "targets", "key", "points", "explanation", "tags")
"""What a version keeps of a question."""


class Choice(TypedDict):
    id: str
    body: str


class Key(TypedDict, total=False):
    """What is right: ids of choices, whether it holds, a decimal number and how far off it may be, texts, pairs."""

    right: list[str]
    holds: bool
    value: str
    tolerance: str
    accepted: list[str]
    order: list[str]
    pairs: dict[str, str]


class QuestionContent(TypedDict):
    kind: QuestionKind
    body: str
    choices: list[Choice]
    targets: list[Choice]
    key: Key
    points: Annotated[int, Bounds(1, MOST_POINTS)]
    explanation: str
    tags: list[str]


class Question(QuestionContent):
    _id: ObjectId
    course: Annotated[ObjectId, Ref("courses")]
    version: Annotated[int, Bounds(1)]
    createdAt: datetime
    updatedAt: datetime
    heldAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[Annotated[ObjectId, Ref("users")]]


class QuestionVersion(QuestionContent):
    _id: ObjectId
    question: Annotated[ObjectId, Ref("questions")]
    course: Annotated[ObjectId, Ref("courses")]
    version: Annotated[int, Bounds(1)]
    by: Annotated[ObjectId, Ref("users")]
    at: datetime


class Questions(Collection[Question]):
    """`points` are hundredths; `targets` are what the `choices` of a `match` are matched with."""

    name = "questions"
    fields = Question
    on_merge = {"deletedBy": WHO_DID_IT}
    soft_delete = True
    audited = True
    indexes = (
        IndexModel(
            [("course", ASCENDING), ("deletedAt", ASCENDING), ("updatedAt", DESCENDING), ("_id", DESCENDING)],
        ),
        IndexModel([("course", ASCENDING), ("tags", ASCENDING)]),
    )

    def add(self, course_id: ObjectId, content: Mapping[str, Any]) -> Question:
        moment = now()
        made: Any = {**content, "_id": ObjectId(), "course": course_id, "version": 1}
        made |= {"createdAt": moment, "updatedAt": moment}
        self.insert(made)
        return made  # type: ignore[no-any-return]

    def edit(self, question_id: ObjectId, version: int, content: Mapping[str, Any]) -> Question | None:
        """Make the next version; none when this one is no longer the newest."""
        change = {"$set": {**content, "updatedAt": now()}, "$inc": {"version": 1}}
        return self.change({"_id": question_id, "version": version}, change)

    def remove(self, question_id: ObjectId, by: ObjectId) -> bool:
        return self.update({"_id": question_id}, {"$set": {"deletedAt": now(), "deletedBy": by}})

    def hold(self, course_id: ObjectId, question_ids: set[ObjectId]) -> bool:
        """Keep them from being deleted by another transaction while this one names them; false if one is gone."""
        where = {"_id": {"$in": list(question_ids)}, "course": course_id}
        return self.update_many(where, {"$set": {"heldAt": now()}}) == len(question_ids)

    def newest_versions(self, question_ids: Iterable[ObjectId]) -> dict[ObjectId, int]:
        rows = self.find({"_id": {"$in": list(question_ids)}}, {"version": 1})
        return {row["_id"]: row["version"] for row in rows}


class QuestionVersions(Collection[QuestionVersion]):
    """Never changed: papers name a question and its version."""

    name = "questionVersions"
    fields = QuestionVersion
    on_merge = {"by": WHO_DID_IT}
    indexes = (
        IndexModel([("question", ASCENDING), ("version", ASCENDING)], unique=True),
        IndexModel("course"),
    )

    def keep(self, question: Question, by: ObjectId) -> None:
        """Write down the question as it is now."""
        kept: Any = {name: question[name] for name in (*CONTENT, "course", "version")}  # type: ignore[literal-required]
        kept |= {"_id": ObjectId(), "question": question["_id"], "by": by, "at": question["updatedAt"]}
        self.insert(kept)

    def named(self, versions: Iterable[tuple[ObjectId, int]]) -> list[QuestionVersion]:
        """Those of these questions and versions; the process remembers many, for none of them ever changes."""
        wanted = list(versions)
        with _LOCK:
            found = {each: _REMEMBERED[each] for each in wanted if each in _REMEMBERED}
        if missing := [{"question": q, "version": version} for q, version in wanted if (q, version) not in found]:
            read = {(each["question"], each["version"]): each for each in self.find({"$or": missing})}
            found |= read
            with _LOCK:
                _REMEMBERED.update(read)
        return [found[each] for each in wanted if each in found]


_REMEMBERED: LRUCache[tuple[ObjectId, int], QuestionVersion] = LRUCache(2000)
_LOCK = Lock()

questions = Questions()
question_versions = QuestionVersions()
