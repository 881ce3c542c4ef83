"""What an endpoint declares: who may call, what comes in, what goes out, what it may refuse."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from bson import ObjectId
from flask import Response, request
from pydantic import BaseModel

from lms.controllers.accounts import access
from lms.errors import (
    Crashed,
    Forbidden,
    InvalidId,
    InvalidJson,
    InvalidRequest,
    NotSignedIn,
    Refusal,
    SecondStepRequired,
    TokenRefused,
    TooLarge,
    Unavailable,
    WrongContentType,
)
from lms.http import arguments, bodies, forms, responses
from lms.http.arguments import IdempotencyKey, OptionalCaller, PathText, Signed, Stretch
from lms.http.forms import FileName, Multipart, OptionalUpload, Upload
from lms.json_provider import to_bytes
from lms.middlewares import auth, client_address, devices, limits, public_pages
from lms.middlewares.auth import Check, Permission
from lms.middlewares.limits import Limit
from lms.models.accounts.sessions import Caller, Client
from lms.models.actors import acting_as
from lms.results import File, Part, Redirect, Result
from lms.services.accounts.tokens import RefreshClaims
from lms.services.system import page_store

PICTURE_BYTES = 10 * 1024 * 1024

Handler = Callable[..., Any]
Answer = Result | File | Part | Redirect

OPERATIONS: list["Operation"] = []
"""Every endpoint there is, in the order of declaration: the OpenAPI document and the permission test walk it."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One endpoint as declared; the handler's annotated parameters say what it takes."""

    endpoint: str
    """The name that `url_for` knows it by."""
    method: str
    path: str
    tag: str
    handler: Handler
    parameters: Mapping[str, Any]
    allow: Permission
    limits: tuple[Limit, ...]
    returns: Any = None
    top_level: type[BaseModel] | None = None
    status: int = 200
    also_status: tuple[int, ...] = ()
    message: str = "Done."
    refusals: tuple[type[Refusal], ...] = ()
    cached: bool = False
    """Whether its bytes are kept: for everyone, or of a signed-in endpoint for the reader its `user_id` names.

    Limits count what has to be made, which refusals always have to be: they stop who guesses, and no reader.
    """
    if_hidden: Handler | None = None
    """What a signed-in caller is answered with where everyone meets a 404; takes the caller before the rest."""
    upload_bytes: int = PICTURE_BYTES
    body_required: bool = True
    """Whether a request must have a body, where it may have one."""
    media_type: str = responses.JSON

    @property
    def body(self) -> type[BaseModel] | None:
        return self.parameters.get("body")

    @property
    def query(self) -> type[BaseModel] | None:
        return self.parameters.get("query")

    @property
    def optional_caller(self) -> bool:
        """Whether a token may be sent, and need not."""
        return self.parameters.get("caller") == OptionalCaller or self.if_hidden is not None

    @cached_property
    def check(self) -> tuple[str, Check] | None:
        """What the permission checks, and the argument or the field of the body that names it."""
        named = (*self.parameters, *(self.body.model_fields if self.body else ()))
        return next(((name, check) for name, check in self.allow.checks.items() if name in named), None)

    @cached_property
    def finds(self) -> type | None:
        """The type of what the permission's check finds, if that is passed on."""
        return self.check[1].finds if self.check else None

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What of the handler's arguments the request has to tell."""
        return {name: kind for name, kind in self.parameters.items() if kind is None or kind is not self.finds}

    @property
    def files(self) -> list[str]:
        return [name for name, kind in self.parameters.items() if kind in (Upload, OptionalUpload)]

    @property
    def multipart(self) -> Multipart | None:
        """How files come, where there are any; with nothing but optional ones a JSON body does as well."""
        required = Upload in self.parameters.values()
        return Multipart(tuple(self.files), self.upload_bytes, required, self.body is None) if self.files else None

    @property
    def path_ids(self) -> list[str]:
        return [name for name, kind in self.parameters.items() if kind is ObjectId]

    @property
    def path_texts(self) -> list[str]:
        return [name for name, kind in self.parameters.items() if kind is PathText]

    def every_refusal(self) -> list[type[Refusal]]:
        """Everything the endpoint may refuse: what it declares, and what follows from what it takes."""
        follows: list[tuple[Any, tuple[type[Refusal], ...]]] = [
            (self.path_ids, (InvalidId,)),
            (self.body or self.query or self.files, (InvalidRequest,)),
            (self.body, (InvalidJson,)),
            (self.body or self.files, (TooLarge, WrongContentType)),
            (self.allow.credential != "none", (NotSignedIn, TokenRefused)),
            (self.optional_caller, (TokenRefused,)),
            (self.allow.roles, (Forbidden,)),
            ("admin" in self.allow.roles, (SecondStepRequired,)),
            (self.check, self.check[1].refusals if self.check else ()),
            (self.limits, tuple(limit.refusal for limit in self.limits)),
        ]
        implied = [refusal for applies, refusals in follows if applies for refusal in refusals]
        return list(dict.fromkeys([*implied, *self.refusals, Crashed, Unavailable]))

    def view(self, **path: Any) -> Response:
        caller = self.allow.admit(auth.signed_in_caller)
        if self.cached:
            return self._own_page(path, caller) if caller else self._public_page(path)
        return self._respond(self._call(path, caller))

    def _call(self, path: Mapping[str, Any], caller: Caller | None) -> Answer:
        return self.perform(lambda: self._arguments(path, caller), caller)

    def perform(self, read: Callable[[], dict[str, Any]], caller: Caller | None) -> Answer:
        """Answer a call of who was admitted with the arguments that are `read`: its limits, its check, its handler."""
        limits.count([limit for limit in self.limits if limit.by_caller_alone], caller)
        arguments = read()
        arguments |= self._found(arguments, caller)
        limits.count([limit for limit in self.limits if not limit.by_caller_alone], caller, arguments.get("body"))
        with self._on_record(caller, arguments):
            result = self.handler(**arguments)
        return _as_result(result)

    def _on_record(self, caller: Caller | None, arguments: Mapping[str, Any]) -> AbstractContextManager[None]:
        """Within it, all that an administrator changes leaves a row in the audit log."""
        if caller is None or caller.role != "admin" or self.method == "GET":
            return nullcontext()
        client = client_address.client()
        named = [*arguments.values(), *dict(arguments.get("body") or ()).values()]
        about = [value for value in named if isinstance(value, ObjectId)]
        return acting_as(lambda: access.calling(caller, client), f"api.{self.method} {self.path}", about)

    def _arguments(self, path: Mapping[str, Any], caller: Caller | None) -> dict[str, Any]:
        """What the handler takes of what was sent, parsed."""
        return {name: self._argument(name, kind, path, caller) for name, kind in self.asked.items()}

    def _found(self, arguments: Mapping[str, Any], caller: Caller | None) -> dict[str, Any]:
        """What the handler takes of what the permission's check finds, which looks at what the call is about."""
        if not (self.check and caller):
            return {}
        name, check = self.check
        found = check.ask(caller, arguments[name] if name in arguments else getattr(arguments["body"], name))
        return {each: found for each in self.parameters if each not in self.asked}

    def _argument(self, name: str, kind: Any, path: Mapping[str, Any], caller: Caller | None) -> Any:
        if name == "caller":
            return caller if self.allow.signed_in else auth.optional_caller()
        if name == "body":
            return bodies.body(kind, self.multipart, self.body_required)
        if name == "query":
            return arguments.query(kind)
        if kind is ObjectId:
            return arguments.path_id(path[name], caller, self.allow.word_me)
        if kind is PathText:
            return PathText(path[name])
        if kind in (Upload, OptionalUpload):
            assert self.multipart is not None
            return forms.upload(name, self.multipart, required=kind == Upload)
        return SUPPLIED[kind]()

    def _public_page(self, path: Mapping[str, str]) -> Response:
        """Ready bytes for everyone; a signed-in caller is asked about only where everyone is refused."""
        try:
            page = page_store.get_or_compute(self._cache_key(), lambda: self._json(self._call(path, None)))
        except Refusal as refusal:
            if self.if_hidden is None or refusal.status != 404 or (caller := auth.optional_caller()) is None:
                raise
            return self._respond(_as_result(self.if_hidden(caller, **self._arguments(path, None))))
        page_store.remember(public_pages.address_of(request.environ), page, request.endpoint or "")
        return responses.public_page(page)

    def _own_page(self, path: Mapping[str, str], caller: Caller) -> Response:
        """Ready bytes of what one user sees of themselves."""
        arguments = self._arguments(path, caller)
        self._found(arguments, caller)
        address = f"{arguments['user_id']}{self._cache_key()}"
        page = page_store.get_or_compute(address, lambda: self._bytes(Result(self.handler(**arguments))))
        return responses.own_response(page.body)

    def _cache_key(self) -> str:
        """The address, with only those query parameters that the endpoint knows."""
        names = self.query.model_fields if self.query else ()
        known = urlencode([(name, request.args[name]) for name in names if name in request.args])
        return f"{request.path}?{known}"

    def _respond(self, result: Answer) -> Response:
        if isinstance(result, Redirect):
            return Response(status=302, headers={"Location": result.address})
        if isinstance(result, Part):
            return responses.part(result)
        if isinstance(result, File):
            return responses.file(result)
        if self.status == 204:
            return Response(status=204)
        response = responses.own_response(self._bytes(result), result.status or self.status)
        if result.device:
            devices.remember(response, result.device)
        return response

    def _json(self, answer: Answer) -> bytes:
        assert isinstance(answer, Result), "Only what is JSON is kept."
        return self._bytes(answer)

    def _bytes(self, result: Result) -> bytes:
        return to_bytes(responses.envelope(result, self.message))


def _as_result(found: Any) -> Answer:
    return found if isinstance(found, Answer) else Result(found)


SUPPLIED: dict[Any, Callable[[], Any]] = {
    Client: client_address.client,
    RefreshClaims: auth.refresh_claims,
    IdempotencyKey: arguments.idempotency_key,
    Stretch: arguments.stretch,
    Signed: arguments.signed,
    FileName: forms.file_name,
}
"""Arguments that come from the request as a whole, by their type."""
