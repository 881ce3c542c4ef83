"""What a document's class declares holds in MongoDB itself, and wherever else the class is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from bson import Decimal128, ObjectId
from flask import Flask
from pymongo.errors import WriteError

from lms.extensions import mongo
from lms.models.authoring.sections import Section
from lms.models.base import COLLECTIONS
from lms.models.catalogue.courses import Course, courses, new_course
from lms.models.fields import AsOfThen, Bounds, Default, Ref, defaults, fields_of, shapes
from lms.models.preparation import DocumentsDoNotFit, prepare
from lms.models.validators import of_hint, validator
from tests import demo_data
from tests.database import profiled
from tests.documents import example, whole
from tests.world import World

DOCUMENT_VALIDATION_FAILURE = 121

NAMES = sorted(COLLECTIONS)


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    """The database, with room for documents of the collection of migrations."""
    kept = list(mongo.db.migrations.find())
    yield mongo.db
    mongo.db.migrations.delete_many({})
    mongo.db.migrations.insert_many(kept)


def refusal(collection: str, document: dict[str, Any]) -> str:
    """MongoDB's reason for refusing the document; empty when it takes it."""
    try:
        mongo.db[collection].insert_one(document)
    except WriteError as error:
        return str(error.details) if error.code == DOCUMENT_VALIDATION_FAILURE else ""
    mongo.db[collection].delete_many({})
    return ""


@pytest.mark.parametrize("name", NAMES)
class TestEveryCollection:
    def test_takes_what_is_declared(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            assert refusal(name, whole(shape)) == ""
            every = {field.name: example(field.hint) for field in fields_of(shape).values()}
            assert refusal(name, every) == ""

    def test_has_no_index_that_is_partial_by_type(self, name: str) -> None:
        """MongoDB takes none of these for `{field: value}` or `{field: {"$lte": value}}`: it reads the collection."""
        partial = [index.document.get("partialFilterExpression") for index in COLLECTIONS[name].indexes]
        assert "$type" not in str(partial)

    def test_refuses_an_empty_document(self, db: Any, name: str) -> None:
        assert refusal(name, {})

    def test_refuses_a_field_that_is_not_declared(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            assert refusal(name, {**whole(shape), "extra": 1})

    def test_refuses_a_document_that_lacks_a_field(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            required = {field.name for field in fields_of(shape).values() if field.required} - {"_id"}
            for lacked in required:
                document = {field: value for field, value in whole(shape).items() if field != lacked}
                assert lacked in refusal(name, document), lacked

    def test_refuses_a_value_of_another_type(self, db: Any, name: str) -> None:
        for shape in shapes(COLLECTIONS[name].fields):
            for field in fields_of(shape):
                assert field in refusal(name, {**whole(shape), field: Decimal128("1")}), field

    def test_is_held_to_that_by_updates_too(self, db: Any, name: str) -> None:
        db[name].delete_many({})
        db[name].insert_one(whole(COLLECTIONS[name].fields))
        with pytest.raises(WriteError, match="failed validation"):
            db[name].update_one({}, {"$set": {"extra": 1}})
        db[name].delete_many({})


class TestRules:
    """From types and marks to what MongoDB asks."""

    @pytest.mark.parametrize(
        ("hint", "rule"),
        [
            (str, {"bsonType": ["string"]}),
            (int, {"bsonType": ["int", "long"]}),
            (float | None, {"bsonType": ["double", "int", "long", "null"]}),
            (Literal["a", "b"], {"enum": ["a", "b"]}),
            (Literal["a", "b"] | Literal["c"] | None, {"enum": ["a", "b", "c", None]}),
            (list[ObjectId], {"bsonType": ["array"], "items": {"bsonType": ["objectId"]}}),
            (dict[str, datetime], {"bsonType": ["object"], "additionalProperties": {"bsonType": ["date"]}}),
            (dict[str, Any], {"bsonType": ["object"]}),
            (Any, {}),
        ],
    )
    def test_of_types(self, hint: Any, rule: Any) -> None:
        assert of_hint(hint) == rule

    @pytest.mark.parametrize("hint", [set[str], complex, int | str])
    def test_there_are_none_of_types_that_mongodb_could_not_tell(self, hint: Any) -> None:
        with pytest.raises(TypeError):
            of_hint(hint)

    def test_are_declared_through_nested_classes_and_copies_of_earlier_states(self) -> None:
        class Part(TypedDict):
            size: Annotated[int, Bounds(1, 5)]
            note: NotRequired[str]

        class Whole(TypedDict):
            _id: str
            parts: list[Part]
            copied: Annotated[Part, AsOfThen()]

        size = {"bsonType": ["int", "long"], "minimum": 1, "maximum": 5}
        part = {
            "bsonType": ["object"],
            "properties": {"size": size, "note": {"bsonType": ["string"]}},
            "additionalProperties": False,
        }
        rule = validator(Whole)["$jsonSchema"]
        assert rule["properties"]["parts"]["items"] == {**part, "required": ["size"]}
        assert rule["properties"]["copied"] == part
        assert rule["required"] == ["_id", "parts", "copied"]

    @pytest.mark.parametrize(
        ("collection", "field", "value"),
        [("ratingAndReviews", "rating", 6), ("courses", "amount", -1), ("sections", "position", -1)],
    )
    def test_bound_numbers(self, db: Any, collection: str, field: str, value: int) -> None:
        assert field in refusal(collection, {**whole(COLLECTIONS[collection].fields), field: value})


class TestDefaults:
    def test_are_what_a_new_course_begins_with(self) -> None:
        teacher = ObjectId()
        course = new_course(teacher, {"title": "Knots", "level": "beginner"})
        assert (course["instructor"], course["title"], course["level"]) == (teacher, "Knots", "beginner")
        assert (course["status"], course["amount"], course["tags"]) == ("draft", None, [])

    def test_are_fresh_each_time(self) -> None:
        defaults(Course)["ratingHistogram"]["5"] = 1
        assert defaults(Course)["ratingHistogram"]["5"] == 0


class Box(TypedDict):
    _id: ObjectId
    owner: Annotated[ObjectId | None, Ref("users")]


class LabelledBox(Box):
    label: Annotated[list[str], Default(["none"])]


@pytest.fixture
def declare(db: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Give sections another class, as the next version of the code would."""

    def to(document: Any) -> None:
        monkeypatch.setattr(COLLECTIONS["sections"], "fields", document)
        prepare(db)

    yield to
    monkeypatch.undo()
    db.sections.delete_many({})
    prepare(db)


class TestPreparing:
    def test_asks_nothing_of_collections_that_are_as_declared(self, db: Any) -> None:
        with profiled() as commands:
            prepare(db)
        assert not [each for each in commands if each["op"] == "query" or "collMod" in each["command"]]

    def test_fills_the_default_of_a_new_field_and_then_requires_it(self, db: Any, declare: Any) -> None:
        declare(Box)
        db.sections.insert_one(whole(Box))
        declare(LabelledBox)
        assert db.sections.find_one()["label"] == ["none"]
        assert "label" in refusal("sections", whole(Box))

    def test_says_which_documents_do_not_fit_and_keeps_new_ones_from_it(self, db: Any, declare: Any) -> None:
        declare(Box)
        [made, _] = [db.sections.insert_one(whole(Box)).inserted_id for _ in range(2)]
        says = rf"2 documents of sections .* for example the one whose _id is ObjectId\('{made}'\)"
        with pytest.raises(DocumentsDoNotFit, match=says):
            declare(Section)
        with pytest.raises(WriteError, match="failed validation"):
            db.sections.insert_one(whole(Box))
        db.sections.delete_many({})
        prepare(db)
        assert db.sections.options()["validator"] == validator(Section)


def test_all_demo_data_fits(application: Flask) -> None:
    with application.app_context(), demo_data.shown():
        for name, collection in COLLECTIONS.items():
            assert mongo.db[name].count_documents({"$nor": [validator(collection.fields)]}) == 0, name


def test_a_refused_document_is_a_crash_that_is_logged_with_the_reason(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = world.person("instructor")
    monkeypatch.setattr("lms.controllers.authoring.courses.new_course", lambda *_: {"_id": ObjectId(), "title": "Half"})
    answer = world.post("/courses/createCourse", {"title": "Half"}, by=teacher)
    assert (answer.status_code, answer.json["code"]) == (500, "internal_error")
    logged = capsys.readouterr().out
    assert '"event":"crash"' in logged
    assert "missingProperties" in logged
    assert "ratingHistogram" in logged
    assert courses.count({}) == 0
