"""From a request's path, query and headers to the typed arguments an endpoint declares."""

import re
from dataclasses import dataclass
from typing import TypeVar

from bson import ObjectId
from flask import request
from pydantic import BaseModel, ValidationError

from lms.errors import InvalidId, InvalidRequest
from lms.http.bodies import read
from lms.http.faults import refusal_of
from lms.models.accounts.sessions import Caller

M = TypeVar("M", bound=BaseModel)

OptionalCaller = Caller | None
"""Who is signed in, if a token is sent."""


STRETCH = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?", re.ASCII)
MOST_BYTES = 10**15


@dataclass(frozen=True)
class Stretch:
    """Which bytes of a file are asked for (header `Range`): one stretch of them, or none in particular."""

    bytes: range | None


def path_id(given: ObjectId | str, caller: Caller | None = None, word_me: bool = False) -> ObjectId:
    """An id from the path; `me` stands for the caller where the permission takes it. Raises InvalidId."""
    if isinstance(given, ObjectId):
        return given
    if word_me and caller is not None and given == "me":
        return caller.id
    raise InvalidId


class PathText(str):
    """A part of the path as it was given, for the controller to read."""


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
    return Signed(read(), headers.get("X-Razorpay-Signature", ""), headers.get("X-Razorpay-Event-Id", ""))


def stretch() -> Stretch:
    """The header; one that asks for several stretches or for the last bytes may be ignored (RFC 9110, section 14.2)."""
    found = STRETCH.fullmatch(request.headers.get("Range", ""))
    if found is None:
        return Stretch(None)
    first, last = int(found[1]), int(found[2] or MOST_BYTES)
    return Stretch(range(first, last + 1) if first <= last else None)


def query(model: type[M]) -> M:
    """The query string as `model`; a parameter left empty counts as not given."""
    given = {name: value for name, value in request.args.items() if value}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refusal_of(error) from error
