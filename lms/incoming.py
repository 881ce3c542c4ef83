"""From a request's path, query, body and files to the typed arguments an endpoint declares."""

import json
import os
import re
from dataclasses import dataclass
from typing import IO, Any, TypeVar, get_origin

from bson import ObjectId
from flask import g, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from lms.errors import InvalidId, InvalidJson, InvalidRequest, TooLarge, WrongContentType
from lms.models.accounts.sessions import Caller

M = TypeVar("M", bound=BaseModel)

MOST_FAULTS = 50
MEGABYTE = 1024 * 1024
MOST_PARTS = 120
WRAPPING_BYTES = 64 * 1024
"""What a multipart body has beside its file."""

SENTENCES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here.",
    "string_type": "This has to be text.",
    "literal_error": "This has to be {expected}.",
    "list_type": "This has to be a list.",
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
    "decimal_type": "This has to be a number.",
    "decimal_parsing": "This has to be a number.",
    "decimal_max_places": "This has at most {decimal_places} decimals.",
    "decimal_max_digits": "This number is too large.",
    "decimal_whole_digits": "This number is too large.",
    "finite_number": "This has to be a number.",
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


@dataclass(frozen=True)
class Multipart:
    """The files a multipart body may have, and its most bytes; `required`: JSON instead of it will not do."""

    files: tuple[str, ...]
    most_bytes: int
    required: bool


@dataclass(frozen=True)
class IdempotencyKey:
    """What the client calls this attempt (header `Idempotency-Key`), if anything."""

    value: str | None


@dataclass(frozen=True)
class Signed:
    """A body as it came over the wire, with the signature and the id that came along."""

    body: bytes
    signature: str
    event_id: str


def idempotency_key() -> IdempotencyKey:
    """The header; raises InvalidRequest unless it is at most 100 visible ASCII characters."""
    value = request.headers.get("Idempotency-Key")
    if value is not None and not re.fullmatch(r"[!-~]{1,100}", value):
        raise InvalidRequest(errors={"Idempotency-Key": "This has 1 to 100 visible ASCII characters."})
    return IdempotencyKey(value)


def signed() -> Signed:
    headers = request.headers
    return Signed(_read(), headers.get("X-Razorpay-Signature", ""), headers.get("X-Razorpay-Event-Id", ""))


def body(model: type[M], multipart: Multipart | None = None) -> M:
    """The JSON or multipart body as `model`; raises InvalidJson, InvalidRequest, TooLarge or WrongContentType."""
    if multipart and request.mimetype == "multipart/form-data":
        return _form(model, multipart)
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


def _form(model: type[M], multipart: Multipart) -> M:
    """The fields of a multipart body; lists come repeated (`tags` or `tags[]`) or as one JSON array."""
    _open_multipart(multipart)
    lists = _lists(model)
    given: dict[str, Any] = {}
    for name, values in request.form.lists():
        plain = name.removesuffix("[]")
        if plain not in multipart.files:
            given[plain] = _listed(plain, values) if plain in lists else values[-1]
        elif values != [""]:
            raise InvalidRequest(errors={plain: "Send a file here."})
    _refuse_unknown_files(multipart)
    return _validated(model, given)


def _validated(model: type[M], given: dict[str, Any]) -> M:
    try:
        g.body = model.model_validate(given)
    except ValidationError as error:
        raise _refusal(error) from error
    parsed: M = g.body
    return parsed


def _lists(model: type[BaseModel]) -> set[str]:
    """The fields that hold several values."""
    return {field.alias or name for name, field in model.model_fields.items() if _is_list(field.annotation)}


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(each) for each in getattr(annotation, "__args__", ()))


def _refuse_unknown_files(multipart: Multipart) -> None:
    unknown = [name for name in request.files if name not in multipart.files]
    if unknown:
        raise InvalidRequest(errors=dict.fromkeys(unknown, SENTENCES["extra_forbidden"]))


def _listed(name: str, values: list[str]) -> list[Any]:
    if len(values) != 1 or not values[0].startswith("["):
        return [value for value in values if value]
    try:
        found: list[Any] = json.loads(values[0])
    except (ValueError, RecursionError):
        raise InvalidRequest(errors={name: "This is not a JSON array."}) from None
    return found


def _open_multipart(multipart: Multipart) -> None:
    """Bound the body before anything reads it."""
    request.max_form_parts = MOST_PARTS
    request.max_content_length = multipart.most_bytes + WRAPPING_BYTES
    if (request.content_length or 0) > request.max_content_length:
        raise _too_large(multipart)


def _too_large(multipart: Multipart) -> TooLarge:
    return TooLarge(f"This is too large: at most {multipart.most_bytes // MEGABYTE} MB.")


def upload(name: str, multipart: Multipart, required: bool) -> IO[bytes] | None:
    """A file of a multipart body, none where it may be left out and is."""
    if request.mimetype != "multipart/form-data":
        if not required:
            return None
        raise WrongContentType("Send the file as multipart/form-data.")
    _open_multipart(multipart)
    _refuse_unknown_files(multipart)
    found = request.files.get(name)
    if found is not None and found.filename:
        if found.stream.seek(0, os.SEEK_END) > multipart.most_bytes:
            raise _too_large(multipart)
        found.stream.seek(0)
        return found.stream
    if required:
        raise InvalidRequest(errors={name: "Choose a file."})
    return None


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
