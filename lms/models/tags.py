"""The words courses are tagged with; the word itself is the id."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from pymongo import UpdateOne

from lms.models.base import Collection, now


class Tag(TypedDict):
    _id: str
    createdAt: datetime


class Tags(Collection[Tag]):
    name = "tags"
    fields = Tag

    def keep(self, words: Iterable[str]) -> None:
        """Make sure every word exists."""
        moment = now()
        writes = [UpdateOne({"_id": word}, {"$setOnInsert": {"createdAt": moment}}, upsert=True) for word in words]
        if writes:
            self.raw.bulk_write(writes, ordered=False)


tags = Tags()
