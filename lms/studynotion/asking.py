"""A request of such a frontend: who asks in which dialect, what was sent, and our operations on their behalf."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from bson import ObjectId
from flask import request
from pydantic import BaseModel, ValidationError

from lms.controllers.accounts import day_sessions
from lms.errors import InvalidId, InvalidRequest
from lms.http.faults import refusal_of
from lms.http.forms import OptionalUpload, Upload
from lms.http.operations import SUPPLIED, Answer, Operation
from lms.middlewares import auth
from lms.middlewares.cors import MISSPELT
from lms.models.accounts.sessions import Caller
from lms.results import Result
from lms.services.accounts import tokens
from lms.studynotion.sent import Sent, read

Names = Mapping[str, str]
"""What our fields are called there."""


class Ask:
    def __init__(self, onto: tuple[Operation, ...], upload_bytes: int, path: Mapping[str, str]) -> None:
        self._onto, self._upload_bytes, self._path = onto, upload_bytes, path

    @property
    def dialect(self) -> str:
        """`A` where the header is misspelt, else `B`, the main line; public calls are answered for both at once."""
        return "A" if MISSPELT in request.headers else "B"

    @cached_property
    def caller(self) -> Caller:
        """Who is signed in; raises NotSignedIn or TokenRefused."""
        token = auth.bearer(request.headers.get(MISSPELT) or request.headers.get("Authorization"))
        return auth.caller_of(day_sessions.claims_of(token) or tokens.read_access(token))

    def identify(self) -> None:
        """Refuse who is not signed in before anything of the body is read."""
        _ = self.caller

    @cached_property
    def sent(self) -> Sent:
        return read(self._upload_bytes)

    def given(self, *names: str) -> Any:
        """The first of the fields that was sent with something in it, from the path, the body or the query."""
        everything = {**request.args, **self.sent.fields, **self._path}
        return next((everything[name] for name in names if everything.get(name) not in (None, "")), None)

    def text(self, *names: str) -> str:
        """The same as a text; empty where there is none."""
        value = self.given(*names)
        return value if isinstance(value, str) else ""

    def id(self, *names: str) -> ObjectId:
        """The same as an id, of which a whole document may have been sent; raises InvalidRequest or InvalidId."""
        found = self.maybe_id(*names)
        if found is None:
            raise InvalidRequest(errors={names[0]: "This field is required."})
        return found

    def maybe_id(self, *names: str) -> ObjectId | None:
        value = self.given(*names)
        if isinstance(value, dict):
            value = value.get("_id")
        if not value:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{24}", value):
            raise InvalidId
        return ObjectId(value)

    def fields(self, names: Names) -> dict[str, Any]:
        """What was sent of these of our fields under their names there, where there is anything in them."""
        found = {ours: self.given(theirs) for ours, theirs in names.items()}
        return {ours: value for ours, value in found.items() if value is not None}

    def perform(
        self, name: str, body: Mapping[str, Any] | None = None, names: Names | None = None, **named: Any
    ) -> Any:
        """What one of the declared operations answers, asked by the caller: its data."""
        return self.answer(name, body, names, **named).data

    def answer(
        self, name: str, body: Mapping[str, Any] | None = None, names: Names | None = None, **named: Any
    ) -> Result:
        """The same with its sentence and what stands beside its data.

        `body` has its fields, `names` what refusals have to call them, `named` its other arguments.
        """
        found = self.whatever(name, body, names, **named)
        assert isinstance(found, Result)
        return found

    def whatever(
        self, name: str, body: Mapping[str, Any] | None = None, names: Names | None = None, **named: Any
    ) -> Answer:
        """The same of an operation that may answer with a file or a redirect."""
        [operation] = [each for each in self._onto if each.endpoint == name]
        caller = operation.allow.admit(lambda: self.caller)
        try:
            return operation.perform(lambda: _arguments(operation, caller, body, named), caller)
        except InvalidRequest as refusal:
            raise _renamed(refusal, names or {}) from refusal

    def pages(self, name: str, query: Mapping[str, Any]) -> list[Any]:
        """What all pages of an operation hold together."""
        first = self.perform(name, query={**query, "page": 1})
        more = range(2, -(-first.total // first.limit) + 1)
        return [
            *first.items,
            *(item for page in more for item in self.perform(name, query={**query, "page": page}).items),
        ]


def _arguments(
    operation: Operation, caller: Caller | None, body: Mapping[str, Any] | None, named: Mapping[str, Any]
) -> dict[str, Any]:
    return {name: _argument(name, kind, caller, body, named) for name, kind in operation.asked.items()}


def _argument(
    name: str, kind: Any, caller: Caller | None, body: Mapping[str, Any] | None, named: Mapping[str, Any]
) -> Any:
    if name == "caller":
        return caller
    if name == "body":
        return _model(kind, body or {})
    if name == "query":
        return _model(kind, named.get("query", {}))
    if kind in SUPPLIED:
        return SUPPLIED[kind]()
    if kind in (Upload, OptionalUpload) and name not in named:
        return None
    return named[name]


def _model(kind: type[BaseModel], fields: Mapping[str, Any]) -> BaseModel:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise refusal_of(error) from error


def _renamed(refusal: InvalidRequest, names: Names) -> InvalidRequest:
    """The refusal with the names that its reader has sent."""
    errors = {_called(name, names): sentence for name, sentence in (refusal.errors or {}).items()}
    return InvalidRequest(None if refusal.errors else refusal.sentence, errors=errors or None)


def _called(name: str, names: Names) -> str:
    """The field's name there; one element of a list is called by its list: `tags.3` is `tag.3`."""
    field, *place = name.split(".")
    return ".".join([names.get(field, field), *place])
