"""The words courses are tagged with; the word itself is the id."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import DESCENDING, IndexModel, UpdateOne

from lms.models.base import Collection, now
from lms.models.system.finding import findable


class Tag(TypedDict):
    _id: str
    searchText: str
    createdAt: datetime
    usedAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId | None]


class Tags(Collection[Tag]):
    name = "tags"
    fields = Tag
    soft_delete = True
    indexes = (IndexModel([("createdAt", DESCENDING)]),)

    def keep(self, words: Iterable[str]) -> None:
        """Make sure every word exists, and hold it against being deleted by another transaction."""
        moment = now()
        kept = {"$setOnInsert": {"createdAt": moment}, "$unset": {"deletedAt": "", "deletedBy": ""}}
        used = {word: {"$set": {"usedAt": moment, **findable(word)}, **kept} for word in words}
        self.bulk([UpdateOne({"_id": word}, change, upsert=True) for word, change in used.items()])

    def remove(self, word: str, by: ObjectId | None) -> Tag | None:
        """Delete a word and give it back as it is afterwards; none when there is none."""
        return self.change({"_id": word}, {"$set": {"deletedAt": now(), "deletedBy": by}})


tags = Tags()


def replaced(field: str, word: Any, new: Any) -> dict[str, Any]:
    """What puts `new` where `word` stands in a list of tags, once, in the `$set` of a pipeline."""
    each = {"$cond": [{"$eq": ["$$this", {"$literal": word}]}, {"$literal": new}, "$$this"]}
    once = {"$cond": [{"$in": [each, "$$value"]}, "$$value", {"$concatArrays": ["$$value", [each]]}]}
    return {field: {"$reduce": {"input": f"${field}", "initialValue": [], "in": once}}}


def replaced_beside(field: str, word: str, beside: str, new: str, new_beside: str) -> dict[str, Any]:
    """The same for a list that has something beside each tag: `new_beside` beside `new`, and nothing lost."""
    pairs = {"$zip": {"inputs": ["$tags", f"${field}"]}}
    [once] = replaced("pairs", [word, beside], [new, new_beside]).values()
    return {field: {"$map": {"input": {"$reduce": {**once["$reduce"], "input": pairs}}, "in": {"$last": "$$this"}}}}
