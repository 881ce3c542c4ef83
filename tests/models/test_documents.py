"""What a document's class declares holds in MongoDB itself, and wherever else the class is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args, get_origin, is_typeddict

import pytest
from bson import ObjectId
from flask import Flask
from pymongo.errors import WriteError

from lms.extensions import mongo
from lms.models.base import COLLECTIONS, now
from lms.models.fields import fields_of, shapes

NAMES = sorted(COLLECTIONS)


def example(hint: Any) -> Any:
    """The smallest value of the type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return args[0]
    if is_typeddict(hint):
        return complete(hint)
    if args and origin not in (list, dict):
        return example(args[0])
    kinds = {str: "", int: 1, float: 1.5, bool: False, bytes: b"", datetime: now(), list: [], dict: {}}
    return ObjectId() if hint is ObjectId else kinds[origin or hint]


def complete(shape: Any) -> dict[str, Any]:
    """A document with everything that is required, and nothing else."""
    return {name: example(field.hint) for name, field in fields_of(shape).items() if field.required}


def refusal(collection: str, document: dict[str, Any]) -> str:
    """MongoDB's reason for refusing the document; empty when it takes it."""
    assert mongo.db is not None
    try:
        mongo.db[collection].insert_one(document)
    except WriteError as error:
        assert error.code == 121
        return str(error.details)
    mongo.db[collection].delete_many({})
    return ""


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    kept = list(mongo.db.migrations.find())  # type: ignore[union-attr]
    yield mongo.db
    mongo.db.migrations.delete_many({})  # type: ignore[union-attr]
    mongo.db.migrations.insert_many(kept)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", NAMES)
class TestEveryCollection:
    def test_takes_a_complete_document(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            assert refusal(name, complete(shape)) == ""
            every = {each.name: example(each.hint) for each in fields_of(shape).values()}
            assert refusal(name, every) == ""

    def test_refuses_an_empty_document(self, db: Any, name: str) -> None:
        assert refusal(name, {})

    def test_refuses_a_field_that_is_not_declared(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            assert refusal(name, {**complete(shape), "extra": 1})

    def test_refuses_a_document_that_lacks_a_field(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            for lacked in complete(shape).keys() - {"_id"}:
                document = {field: value for field, value in complete(shape).items() if field != lacked}
                assert lacked in refusal(name, document), lacked

    def test_refuses_a_field_of_another_type(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            for field in fields_of(shape):
                assert field in refusal(name, {**complete(shape), field: {"$wrong": True}}), field

    def test_holds_updates_too(self, db: Any, name: str) -> None:
        db[name].insert_one(complete(shapes(COLLECTIONS[name].fields)[0]))
        with pytest.raises(WriteError, match="failed validation"):
            db[name].update_one({}, {"$set": {"extra": 1}})
        db[name].delete_many({})
