"""From a form, of a page or of several parts with files, to the model and the files declared."""

import json
import os
from dataclasses import dataclass
from typing import IO, Any, TypeVar, get_origin

from flask import request
from pydantic import BaseModel, ValidationError

from lms.errors import InvalidRequest, TooLarge, WrongContentType
from lms.errors.sentences import SENTENCES
from lms.http.faults import refusal_of

M = TypeVar("M", bound=BaseModel)

MOST_PARTS = 120
WRAPPING_BYTES = 64 * 1024
"""What a multipart body has beside its file."""

Upload = IO[bytes]
OptionalUpload = IO[bytes] | None


@dataclass(frozen=True)
class Multipart:
    """The files a multipart body may have, and its most bytes.

    `required`: JSON instead of it will not do; `alone`: there are no fields beside the files.
    """

    files: tuple[str, ...]
    most_bytes: int
    required: bool
    alone: bool = False


def page_form(model: type[M], but: frozenset[str]) -> M:
    """What a page's form sent as `model`, without the fields of `but`; those left empty count as not given."""
    lists = _lists(model)
    filled = {name: [value for value in values if value.strip()] for name, values in request.form.lists()}
    twice = [name for name, values in filled.items() if len(values) > 1 and name not in lists | but]
    if twice:
        raise InvalidRequest(errors=dict.fromkeys(twice, "Send this once."))
    given = {
        name: values if name in lists else values[0] for name, values in filled.items() if values and name not in but
    }
    return _validated(model, given)


def multipart_form(model: type[M], multipart: Multipart) -> M:
    """The fields of a multipart body; lists come repeated (`tags` or `tags[]`) or as a JSON array, objects as JSON."""
    open_multipart(multipart.most_bytes)
    _refuse_unknown_parts(multipart)
    lists, objects = _lists(model), _objects(model)
    given: dict[str, Any] = {}
    for name, values in request.form.lists():
        plain = name.removesuffix("[]")
        if plain not in multipart.files:
            given[plain] = _listed(plain, values) if plain in lists else values[-1]
            if plain in objects:
                given[plain] = _parsed(plain, values[-1], "object") if values[-1] else None
        elif values != [""]:
            raise InvalidRequest(errors={plain: "Send a file here."})
    return _validated(model, given)


def _validated(model: type[M], given: dict[str, Any]) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refusal_of(error) from error


def _lists(model: type[BaseModel]) -> set[str]:
    """The fields that hold several values."""
    return {field.alias or name for name, field in model.model_fields.items() if _is_list(field.annotation)}


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(each) for each in getattr(annotation, "__args__", ()))


def _objects(model: type[BaseModel]) -> set[str]:
    """The fields that hold several values under names of their own."""
    return {field.alias or name for name, field in model.model_fields.items() if _is_object(field.annotation)}


def _is_object(annotation: Any) -> bool:
    if any(_is_object(each) for each in getattr(annotation, "__args__", ())):
        return True
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _refuse_unknown_parts(multipart: Multipart) -> None:
    """Refuse parts without a name, which werkzeug calls None, and what is not declared."""
    if None in {*request.form, *request.files}:
        raise InvalidRequest(errors={"body": "Every part of a form has a name."})
    fields = request.form if multipart.alone else ()
    unknown = [name for name in (*request.files, *fields) if name not in multipart.files]
    if unknown:
        raise InvalidRequest(errors=dict.fromkeys(unknown, SENTENCES["extra_forbidden"]))


def _listed(name: str, values: list[str]) -> list[Any]:
    if len(values) != 1 or not values[0].startswith("["):
        return [value for value in values if value]
    found: list[Any] = _parsed(name, values[0], "array")
    return found


def _parsed(name: str, value: str, called: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise InvalidRequest(errors={name: f"This is not a JSON {called}."}) from None


def open_multipart(most_bytes: int) -> None:
    """Bound the body by that of its file before anything reads it."""
    request.max_form_parts = MOST_PARTS
    request.max_content_length = most_bytes + WRAPPING_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise TooLarge.beyond(most_bytes)


def upload(name: str, multipart: Multipart, required: bool) -> IO[bytes] | None:
    """A file of a multipart body, none where it may be left out and is."""
    if request.mimetype != "multipart/form-data":
        if not required:
            return None
        raise WrongContentType("Send the file as multipart/form-data.")
    open_multipart(multipart.most_bytes)
    _refuse_unknown_parts(multipart)
    found = request.files.get(name)
    if found is not None and found.filename:
        return bounded(found.stream, multipart.most_bytes)
    if required:
        raise InvalidRequest(errors={name: "Choose a file."})
    return None


def page_upload(name: str, most_bytes: int) -> IO[bytes]:
    """A file that came with a page's form; raises InvalidRequest without one, and TooLarge."""
    found = request.files.get(name)
    if found is None or not found.filename:
        raise InvalidRequest(errors={name: "Choose a file."})
    return bounded(found.stream, most_bytes)


class FileName(str):
    """What the client calls the file that it sends."""


def file_name() -> FileName:
    """The name of the first file of a multipart body; empty where there is none."""
    return FileName(next((file.filename or "" for file in request.files.values()), ""))


def bounded(stream: IO[bytes], most_bytes: int) -> IO[bytes]:
    """The file from its beginning; raises TooLarge."""
    if stream.seek(0, os.SEEK_END) > most_bytes:
        raise TooLarge.beyond(most_bytes)
    stream.seek(0)
    return stream
