"""From a request's path, query, body and files to the typed arguments an endpoint declares."""

from typing import Any, TypeVar

from bson import ObjectId
from flask import g, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from lms.errors import InvalidId, InvalidJson, InvalidRequest, TooLarge, WrongContentType
from lms.models.sessions import Caller

M = TypeVar("M", bound=BaseModel)

MOST_FAULTS = 50

SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This has to be text.",
    "string_pattern_mismatch": "This does not have the right form.",
    "too_short": "This is too short: at least {min_length}.",
    "too_long": "This is too long: at most {max_length}.",
    "string_too_short": "This is too short: at least {min_length} characters.",
    "string_too_long": "This is too long: at most {max_length} characters.",
    "greater_than_equal": "This has to be at least {ge}.",
    "less_than_equal": "This has to be at most {le}.",
    "int_type": "This has to be a whole number.",
    "int_parsing": "This has to be a whole number.",
    "int_from_float": "This has to be a whole number.",
    "int_parsing_size": "This number is too large.",
    "float_type": "This has to be a number.",
    "float_parsing": "This has to be a number.",
    "bool_type": "This has to be true or false.",
    "bool_parsing": "This has to be true or false.",
    "date_type": "This has to be a date, such as 2001-12-31.",
    "date_parsing": "This has to be a date, such as 2001-12-31.",
    "date_from_datetime_parsing": "This has to be a date, such as 2001-12-31.",
    "datetime_type": "This has to be a time, such as 2026-01-31T12:00:00Z.",
    "datetime_parsing": "This has to be a time, such as 2026-01-31T12:00:00Z.",
    "datetime_from_date_parsing": "This has to be a time, such as 2026-01-31T12:00:00Z.",
}
"""What people read for pydantic's types of error; `{…}` is filled from the error's context."""


def path_id(value: str, caller: Caller | None = None, word_me: bool = False) -> ObjectId:
    """An id from the path; `me` stands for the caller where the endpoint takes it."""
    if word_me and caller is not None and value == "me":
        return caller.id
    if not ObjectId.is_valid(value):
        raise InvalidId
    return ObjectId(value)


def body(model: type[M]) -> M:
    """The JSON body as `model`; raises InvalidJson, InvalidRequest, TooLarge, WrongContentType or TooLarge."""
    raw = _read()
    if raw and request.mimetype != "application/json":
        raise WrongContentType
    try:
        g.body = model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise _refusal(error) from error
    parsed: M = g.body
    return parsed


def _read() -> bytes:
    """The whole body; one sent in chunks has no length beforehand, so a full measure of it counts as too much."""
    try:
        raw = request.get_data(cache=False)
    except HTTPException:
        raise
    except Exception as error:  # gunicorn's errors for broken chunks share no base class but this
        raise InvalidJson("The body arrived broken.") from error
    if request.content_length is None and len(raw) >= (request.max_content_length or 0):
        raise TooLarge
    return raw


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
    if error.error_count() > MOST_FAULTS:
        return InvalidRequest("Far too much of what was sent is not valid.")
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
    sentence = SENTENCES.get(fault["type"])
    return sentence.format(**fault.get("ctx", {})) if sentence else f"{fault['msg']}."
