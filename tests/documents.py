"""Whole documents, of which a test says only what it is about."""

from datetime import datetime
from types import NoneType
from typing import Any, Literal, get_args, get_origin, is_typeddict

from bson import ObjectId

from lms.models.base import now
from lms.models.fields import defaults, fields_of, shapes


def whole(document: Any, **fields: Any) -> dict[str, Any]:
    """A document of the class with what is required, as little of it as will do, and these fields."""
    [shape, *_] = shapes(document)
    required = {
        each.name: None if NoneType in get_args(each.hint) else example(each.hint)
        for each in fields_of(shape).values()
        if each.required
    }
    return {**required, **defaults(shape), **fields}


def example(hint: Any) -> Any:
    """A small value of the type."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return args[0]
    if is_typeddict(hint):
        return whole(hint)
    if args and origin not in (list, dict):
        return example(args[0])
    kinds = {str: "", int: 1, float: 1.5, bool: False, bytes: b"", datetime: now(), list: [], dict: {}}
    return ObjectId() if hint is ObjectId else kinds[origin or hint]
