"""The collections."""

import importlib
import pkgutil
from typing import Any

from pymongo.database import Database

from lms.models.base import COLLECTIONS

for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
    importlib.import_module(_module.name)  # importing a model is what registers it


def create_indexes(db: Database[Any]) -> None:
    """Make every collection and the indexes its model declares; safe to run again."""
    for collection in COLLECTIONS.values():
        if collection.name not in db.list_collection_names():
            db.create_collection(collection.name)
        if collection.indexes:
            db[collection.name].create_indexes(list(collection.indexes))
