"""What a document's class declares holds in MongoDB itself, and wherever else the class is asked."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import Decimal128
from flask import Flask
from pymongo.errors import WriteError

from lms.extensions import mongo
from lms.models.base import COLLECTIONS
from lms.models.fields import fields_of, shapes
from tests.documents import example, whole

DOCUMENT_VALIDATION_FAILURE = 121

NAMES = sorted(COLLECTIONS)


def refusal(collection: str, document: dict[str, Any]) -> str:
    """MongoDB's reason for refusing the document; empty when it takes it."""
    assert mongo.db is not None
    try:
        mongo.db[collection].insert_one(document)
    except WriteError as error:
        return str(error.details) if error.code == DOCUMENT_VALIDATION_FAILURE else ""
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
            assert refusal(name, whole(shape)) == ""
            every = {each.name: example(each.hint) for each in fields_of(shape).values()}
            assert refusal(name, every) == ""

    def test_refuses_an_empty_document(self, db: Any, name: str) -> None:
        assert refusal(name, {})

    def test_refuses_a_field_that_is_not_declared(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            assert refusal(name, {**whole(shape), "extra": 1})

    def test_refuses_a_document_that_lacks_a_field(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            for lacked in whole(shape).keys() - {"_id"}:
                document = {field: value for field, value in whole(shape).items() if field != lacked}
                assert lacked in refusal(name, document), lacked

    def test_refuses_a_field_of_another_type(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            for field in fields_of(shape):
                assert field in refusal(name, {**whole(shape), field: Decimal128("1")}), field

    def test_holds_updates_too(self, db: Any, name: str) -> None:
        db[name].insert_one(whole(COLLECTIONS[name].fields))
        with pytest.raises(WriteError, match="failed validation"):
            db[name].update_one({}, {"$set": {"extra": 1}})
        db[name].delete_many({})
