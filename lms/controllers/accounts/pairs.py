"""Two accounts of one person, and what both have of the same thing."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bson import ObjectId
from pymongo import UpdateOne

from lms.models.authoring.subsections import subsections
from lms.models.base import Collection, Filter
from lms.models.catalogue.courses import courses

ABOVE_ALL = 1_000_000
"""More than any number that is counted for one learner."""


@dataclass(frozen=True)
class Pair:
    """The ids of the account that is kept and of the one that is merged into it."""

    kept: ObjectId
    merged: ObjectId


@dataclass(frozen=True)
class Collision:
    """Something that both have, by its name, and in a sentence for staff what becomes of it."""

    about: str
    decision: str


@dataclass(frozen=True)
class Decision:
    """What the document that is kept holds then, the fields that it loses, and the sentence for staff."""

    fields: Mapping[str, Any]
    sentence: str
    gone: tuple[str, ...] = ()


class Part(ABC):
    """What both have of one collection: of `about` the same."""

    collection: ClassVar[Collection[Any]]
    about: ClassVar[str] = "course"

    @abstractmethod
    def collisions(self, pair: Pair) -> list[Collision]:
        """Everything that both have, and what becomes of it."""

    @abstractmethod
    def settle(self, pair: Pair) -> None:
        """Decide on what both have, and let all of it follow; part of a transaction."""

    def together(self, pair: Pair) -> list[ObjectId]:
        """What both have something of, in an order that is the same when it is asked again."""
        theirs = self.collection.raw.distinct(self.about, {"user": pair.merged})
        both = {"user": pair.kept, self.about: {"$in": theirs}}
        return sorted(self.collection.raw.distinct(self.about, both))


class Both(Part):
    """Where there is one document of a person for each `about`: a class decides on two."""

    where: ClassVar[Filter] = {}
    hidden: ClassVar[Mapping[str, int] | None] = None
    """What is not read of the documents, as it is large and decides nothing."""

    @abstractmethod
    def decide(self, kept: Any, merged: Any) -> Decision:
        """What becomes of two."""

    def found(self, pair: Pair) -> list[tuple[Any, Any]]:
        """The two documents of everything that both have."""
        merged = self.collection.find({**self.where, "user": pair.merged}, self.hidden)
        theirs = {each[self.about]: each for each in merged}
        where = {**self.where, "user": pair.kept, self.about: {"$in": list(theirs)}}
        return [(each, theirs[each[self.about]]) for each in self.collection.find(where, self.hidden)]

    def collisions(self, pair: Pair) -> list[Collision]:
        found = self.found(pair)
        names = titles(kept[self.about] for kept, _ in found)
        return [Collision(names[kept[self.about]], self.decide(kept, merged).sentence) for kept, merged in found]

    def settle(self, pair: Pair) -> None:
        for kept, merged in self.found(pair):
            self.apply(kept, merged, self.decide(kept, merged))
        self.collection.update_many({"user": pair.merged}, {"$set": {"user": pair.kept}}, deleted_too=True)

    def apply(self, kept: Any, merged: Any, decision: Decision) -> None:
        change: dict[str, Any] = {"$set": dict(decision.fields)} if decision.fields else {}
        change |= {"$unset": dict.fromkeys(decision.gone, "")} if decision.gone else {}
        if change:
            self.collection.update({"_id": kept["_id"]}, change, deleted_too=True)
        self.collection.delete_many({"_id": merged["_id"]})


class Titles(dict[ObjectId, str]):
    def __missing__(self, key: ObjectId) -> str:
        return "something that is gone"


def titles(ids: Iterable[ObjectId]) -> Titles:
    """What courses, and lessons by their quizzes and assignments, are called; also what is deleted."""
    wanted = {"$in": list(ids)}
    found = {each["_id"]: each["title"] for each in courses.raw.find({"_id": wanted}, {"title": 1})}
    lessons = subsections.raw.find({"assessment": wanted}, {"assessment": 1, "title": 1})
    return Titles(found | {each["assessment"]: each["title"] for each in lessons})


def renumber(collection: Collection[Any], pair: Pair, in_order: Iterable[ObjectId]) -> None:
    """Let documents be of the account that is kept and count from 1 in this order, whatever numbers they had."""
    ids = list(in_order)
    for beginning in (ABOVE_ALL, 1):
        numbered = [({"_id": each}, {"user": pair.kept, "number": beginning + at}) for at, each in enumerate(ids)]
        collection.bulk([UpdateOne(where, {"$set": fields}) for where, fields in numbered])
