"""The `$jsonSchema` that MongoDB holds every document of a collection to, from its class.

https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
"""

from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, is_typeddict

from bson import ObjectId

from lms.models.fields import AsOfThen, Bounds, Declared, fields_of, shapes

Schema = dict[str, Any]

BSON_TYPES: dict[Any, list[str]] = {
    str: ["string"],
    int: ["int", "long"],
    float: ["double", "int", "long"],
    bool: ["bool"],
    bytes: ["binData"],
    datetime: ["date"],
    ObjectId: ["objectId"],
    dict: ["object"],
    list: ["array"],
}


def validator(document: Any) -> Schema:
    """The collection's validator; of a class that is a union, a document has to fit one of it."""
    allowed = [_object(shape) for shape in shapes(document)]
    return {"$jsonSchema": allowed[0] if len(allowed) == 1 else {"anyOf": allowed}}


def _object(shape: Any, complete: bool = True) -> Schema:
    """An object with the declared fields and no others; where it need not be complete, any may be missing."""
    fields = fields_of(shape)
    schema: Schema = {
        "bsonType": ["object"],
        "properties": {name: _property(field, complete) for name, field in fields.items()},
        "additionalProperties": False,
    }
    required = [name for name, field in fields.items() if field.required and complete]
    return {**schema, "required": required} if required else schema


def _property(field: Declared, complete: bool) -> Schema:
    schema = of_hint(field.hint, complete and field.mark(AsOfThen) is None)
    if bounds := field.mark(Bounds):
        schema["minimum"] = bounds.least
        if bounds.most is not None:
            schema["maximum"] = bounds.most
    return schema


def of_hint(hint: Any, complete: bool = True) -> Schema:
    """What a value of this type has to be; TypeError for a type that says nothing to MongoDB."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return {}
    if origin in (Union, UnionType):
        return _any_of(args, complete)
    if origin is Literal:
        return {"enum": list(args)}
    if is_typeddict(hint):
        return _object(hint, complete)
    kind = origin or hint
    if kind not in BSON_TYPES:
        raise TypeError(f"A document cannot hold {hint}.")
    schema: Schema = {"bsonType": [*BSON_TYPES[kind]]}
    if kind is list:
        schema["items"] = of_hint(args[0], complete)
    if kind is dict and args[1] is not Any:
        schema["additionalProperties"] = of_hint(args[1], complete)
    return schema


def _any_of(hints: tuple[Any, ...], complete: bool) -> Schema:
    """What fits one of the types, of which at most one is described by more than its values or its BSON type."""
    schemas = [of_hint(each, complete) for each in hints if each is not NoneType]
    if all("enum" in each for each in schemas):
        merged: Schema = {"enum": [value for each in schemas for value in each["enum"]]}
    elif len(schemas) == 1:
        merged = schemas[0]
    else:
        raise TypeError(f"MongoDB would not say which of {hints} a value fails to be.")
    if NoneType in hints:
        merged["enum" if "enum" in merged else "bsonType"].append(None if "enum" in merged else "null")
    return merged
