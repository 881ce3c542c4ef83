"""Ids in addresses, as the URL map reads them."""

from bson import ObjectId
from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError


class ObjectIdConverter(BaseConverter):
    """`<oid:course_id>` in an address; anything else than 24 hexadecimal characters is no page."""

    regex = r"[0-9a-f]{24}"

    def to_python(self, value: str) -> ObjectId:
        if not ObjectId.is_valid(value):
            raise ValidationError
        return ObjectId(value)


class GivenIdConverter(BaseConverter):
    """`<id:course_id>` in an address of the API: the id, or what was given in its place, for the endpoint to refuse."""

    def to_python(self, value: str) -> ObjectId | str:
        return ObjectId(value) if ObjectId.is_valid(value) else value


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"oid": ObjectIdConverter, "id": GivenIdConverter}
