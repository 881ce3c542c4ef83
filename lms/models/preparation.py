"""Bringing the database to what the models declare: collections, indexes, validators, defaults of new fields."""

from collections.abc import Mapping
from typing import Any

import pymongo
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database

from lms.models.base import COLLECTIONS
from lms.models.fields import defaults
from lms.models.validators import validator

SECONDS = 3600
"""What reading a collection from end to end may take; the client allows an operation less."""


class DocumentsDoNotFit(Exception):
    """There are documents that are not as their class declares them; the message says where, how many and which."""


def prepare(db: Database[Any]) -> None:
    """Make what is declared and not there; safe to run again. Raises DocumentsDoNotFit before a validator is strict."""
    with pymongo.timeout(SECONDS):
        present = {each["name"]: each.get("options", {}) for each in db.list_collections()}
        for name, collection in COLLECTIONS.items():
            if name not in present:
                db.create_collection(name)
            if collection.indexes:
                db[name].create_indexes(list(collection.indexes))
            rule = validator(collection.fields)
            if not _holds(present.get(name, {}), rule):
                _hold_to(db[name], rule, defaults(collection.fields))


def relax(db: Database[Any]) -> None:
    """Take every document until `prepare`, for migrations write what the validators of before do not know."""
    for each in db.list_collections():
        if "validator" in each.get("options", {}):
            db.command("collMod", each["name"], validationLevel="off")


def _holds(options: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    """Whether the collection has this validator; strict and error are what MongoDB leaves out."""
    level, action = options.get("validationLevel", "strict"), options.get("validationAction", "error")
    return (options.get("validator"), level, action) == (rule, "strict", "error")


def _hold_to(collection: MongoCollection[Any], rule: Mapping[str, Any], fresh: Mapping[str, Any]) -> None:
    """Put the validator on; `moderate` lets documents that do not fit yet be mended, and no others be spoilt."""
    db = collection.database
    db.command("collMod", collection.name, validator=rule, validationLevel="moderate", validationAction="error")
    for name, value in fresh.items():
        collection.update_many({name: {"$exists": False}}, {"$set": {name: value}})
    unfit = {"$nor": [rule]}
    if example := collection.find_one(unfit, {"_id": 1}):
        raise DocumentsDoNotFit(
            f"{collection.count_documents(unfit)} documents of {collection.name} are not as their class declares them, "
            f"for example the one whose _id is {example['_id']!r}."
        )
    db.command("collMod", collection.name, validationLevel="strict")
