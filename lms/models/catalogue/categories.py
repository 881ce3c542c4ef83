"""The shelves of the catalogue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from bson import ObjectId
from pymongo import IndexModel
from pymongo.collation import Collation

from lms.models.base import Collection, now
from lms.models.freshness import Shown, read

BY_NAME = Collation("en", strength=2)
"""Compares names without regard to case."""

CARD = {"_id": 0, "id": "$_id", "name": 1, "description": 1}


class Category(TypedDict):
    _id: ObjectId
    name: str
    description: str
    createdAt: datetime
    revision: NotRequired[int]
    heldAt: NotRequired[datetime]
    deletedAt: NotRequired[datetime]
    deletedBy: NotRequired[ObjectId | None]


class Categories(Collection[Category]):
    """A deleted category keeps its name from being given to another, so that it can come back."""

    name = "categories"
    fields = Category
    soft_delete = True
    seen = (
        Shown("category/{_id}", frozenset({"name", "description", "deletedAt"})),
        Shown("categories", frozenset({"name", "description", "deletedAt"})),
    )
    audited = True
    indexes = (IndexModel("name", unique=True, collation=BY_NAME),)

    def create(self, name: str, description: str) -> dict[str, Any]:
        """Add a category; DuplicateKeyError when one has this name in any case."""
        category_id = self.insert({"_id": ObjectId(), "name": name, "description": description, "createdAt": now()})
        return {"id": category_id, "name": name, "description": description}

    def hold(self, category_id: ObjectId) -> bool:
        """Keep it from being deleted by another transaction while this one refers to it; false when it is gone."""
        return self.update({"_id": category_id}, {"$set": {"heldAt": now()}})

    def revise(self, category_id: ObjectId, fields: dict[str, Any]) -> None:
        """Change a category; DuplicateKeyError when another has this name in any case."""
        self.update({"_id": category_id}, {"$set": fields, "$inc": {"revision": 1}})

    def restore(self, category_id: ObjectId) -> None:
        back = {"$unset": {"deletedAt": "", "deletedBy": ""}, "$inc": {"revision": 1}}
        self.update({"_id": category_id}, back, deleted_too=True)

    def label(self, document: Mapping[str, Any]) -> str:
        return str(document["name"])

    def cards(self) -> list[Any]:
        read("categories")
        return list(self.raw.find(self.live({}), CARD).sort("name", 1).collation(BY_NAME))

    def card(self, category_id: ObjectId) -> Any:
        return self.get({"_id": category_id}, CARD)


categories = Categories()
