"""The words courses are tagged with; the word itself is the id."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import DESCENDING, IndexModel, UpdateOne

from lms.models.base import Collection, now


class Tag(TypedDict):
    _id: str
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
        used = {"$set": {"usedAt": moment}, "$unset": {"deletedAt": "", "deletedBy": ""}}
        writes = [
            UpdateOne({"_id": word}, {"$setOnInsert": {"createdAt": moment}, **used}, upsert=True) for word in words
        ]
        self.bulk(writes)

    def remove(self, word: str, by: ObjectId | None) -> Tag | None:
        """Delete a word and give it back as it is afterwards; none when there is none."""
        return self.change({"_id": word}, {"$set": {"deletedAt": now(), "deletedBy": by}})


tags = Tags()


def replaced(field: str, word: str, new: str) -> dict[str, Any]:
    """What puts `new` where `word` stands in a list of tags, once, in the `$set` of a pipeline."""
    each = {"$cond": [{"$eq": ["$$this", {"$literal": word}]}, {"$literal": new}, "$$this"]}
    once = {"$cond": [{"$in": [each, "$$value"]}, "$$value", {"$concatArrays": ["$$value", [each]]}]}
    return {field: {"$reduce": {"input": f"${field}", "initialValue": [], "in": once}}}
