"""From a request's path, query, body and files to the typed arguments an endpoint declares."""

from typing import Any, TypeVar

from bson import ObjectId
from flask import g, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage

from lms.errors import InvalidId, InvalidJson, InvalidRequest, WrongContentType
from lms.models.sessions import Caller

M = TypeVar("M", bound=BaseModel)

SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This has to be text.",
    "int_parsing": "This has to be a whole number.",
    "bool_parsing": "This has to be true or false.",
}


def path_id(value: str, caller: Caller | None = None, word_me: bool = False) -> ObjectId:
    """An id from the path; `me` stands for the caller where the endpoint takes it."""
    if word_me and caller is not None and value == "me":
        return caller.id
    if not ObjectId.is_valid(value):
        raise InvalidId
    return ObjectId(value)


def body(model: type[M]) -> M:
    """The JSON body as `model`; raises InvalidJson, InvalidRequest, WrongContentType or TooLarge."""
    if request.mimetype != "application/json" and request.content_length:
        raise WrongContentType
    raw = request.get_data(cache=False) or b"{}"
    try:
        g.body = model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from error
    parsed: M = g.body
    return parsed


def query(model: type[M]) -> M:
    """The query string as `model`; a parameter left empty counts as not given."""
    given = {name: value for name, value in request.args.items() if value}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from error


def upload(name: str, max_bytes: int) -> FileStorage:
    """The one file of a multipart body, of at most `max_bytes` with its wrapping."""
    request.max_content_length = max_bytes
    if request.mimetype != "multipart/form-data":
        raise WrongContentType("Send the file as multipart/form-data.")
    found = request.files.get(name)
    if found is None or not found.filename:
        raise InvalidRequest(errors={name: "Choose a file."})
    return found


def _refusal(error: ValidationError) -> InvalidJson | InvalidRequest:
    faults = error.errors(include_url=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return InvalidJson()
    errors: dict[str, str] = {}
    for fault in faults:
        name = ".".join(str(part) for part in fault["loc"]) or "body"
        errors.setdefault(name, _sentence(fault))
    return InvalidRequest(errors=errors)


def _sentence(fault: Any) -> str:
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return SENTENCES.get(fault["type"]) or f"{fault['msg']}."
