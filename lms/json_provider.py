"""JSON as the contract has it: ids as hex strings, times as ISO 8601 UTC with `Z`."""

from typing import Any

import orjson
from bson import ObjectId
from flask import Flask
from flask.json.provider import JSONProvider

OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    if isinstance(value, ObjectId):
        return str(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(by_alias=True)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def to_bytes(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=OPTIONS)


class OrjsonProvider(JSONProvider):
    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return to_bytes(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return orjson.loads(s)


def init_app(app: Flask) -> None:
    app.json = OrjsonProvider(app)
