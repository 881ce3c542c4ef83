"""The shelves of the catalogue."""

from datetime import datetime
from typing import Any, TypedDict

from bson import ObjectId
from pymongo import IndexModel
from pymongo.collation import Collation

from lms.models.base import Collection, now

BY_NAME = Collation("en", strength=2)
"""Compares names without regard to case."""

CARD = {"_id": 0, "id": "$_id", "name": 1, "description": 1}


class Category(TypedDict):
    _id: ObjectId
    name: str
    description: str
    createdAt: datetime


class Categories(Collection[Category]):
    name = "categories"
    fields = Category
    soft_delete = True
    indexes = (IndexModel("name", unique=True, collation=BY_NAME),)

    def create(self, name: str, description: str) -> dict[str, Any]:
        """Add a category; DuplicateKeyError when one has this name in any case."""
        category_id = self.insert({"name": name, "description": description, "createdAt": now()})
        return {"id": category_id, "name": name, "description": description}

    def cards(self) -> list[Any]:
        return list(self.raw.find(self.live({}), CARD).sort("name", 1).collation(BY_NAME))

    def card(self, category_id: ObjectId) -> Any:
        return self.get({"_id": category_id}, CARD)


categories = Categories()
