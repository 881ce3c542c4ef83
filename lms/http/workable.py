"""What a declaration must fit together as: one that could not work as it says fails when it is imported."""

import re
from collections.abc import Iterator
from typing import Any

from bson import ObjectId
from pydantic import BaseModel

from lms.http.arguments import OptionalCaller, PathText
from lms.http.forms import OptionalUpload, Upload
from lms.http.operations import SUPPLIED, Operation
from lms.middlewares.limits import Limit
from lms.models.accounts.sessions import Caller
from lms.services.accounts.tokens import RefreshClaims

READER = "user_id"


def require_workable(operation: Operation) -> None:
    """Raise TypeError with everything that is wrong with the declaration."""
    wrong = [*_arguments(operation), *_permission(operation), *_limits(operation), *_cached(operation)]
    if wrong:
        raise TypeError(f"{operation.method} {operation.path} cannot work: {' '.join(wrong)}")


def _arguments(operation: Operation) -> Iterator[str]:
    in_path = re.findall(r"<(\w+)>", operation.path)
    taken = [*operation.path_ids, *operation.path_texts]
    if sorted(in_path) != sorted(taken):
        yield f"Its path has the ids {in_path}, its function takes {taken}."
    if operation.method == "GET" and (operation.body or operation.files):
        yield "A GET has no body."
    if operation.status == 204 and (operation.returns or operation.top_level):
        yield "A 204 returns nothing."
    for name, kind in operation.parameters.items():
        if not _is_known(name, kind) and (kind is None or kind is not operation.finds):
            yield f"Nothing supplies the argument {name}: {kind}."


def _is_known(name: str, kind: Any) -> bool:
    if name in ("body", "query"):
        return isinstance(kind, type) and issubclass(kind, BaseModel)
    if name == "caller":
        return kind in (Caller, OptionalCaller)
    return kind in (ObjectId, PathText) or kind in (Upload, OptionalUpload) or kind in SUPPLIED


def _permission(operation: Operation) -> Iterator[str]:
    allow, caller = operation.allow, operation.parameters.get("caller")
    if allow.checks and operation.check is None:
        yield f"The permission {allow.name!r} looks at one of {list(allow.checks)}, and none is named."
    if caller is Caller and not allow.signed_in:
        yield "Nobody is signed in: take an OptionalCaller."
    if caller == OptionalCaller and allow.credential != "none":
        yield "The permission asks for a token, so no caller is optional."
    if RefreshClaims in operation.parameters.values() and allow.credential != "refresh":
        yield "Its permission asks for no refresh token."


def _limits(operation: Operation) -> Iterator[str]:
    for limit in operation.limits:
        if lacking := _lacking(limit, operation):
            yield f"The limit {limit.scope!r} counts by {lacking}, and there is none."


def _lacking(limit: Limit, operation: Operation) -> str | None:
    body = operation.body
    if "email" in limit.needs and (body is None or "email" not in body.model_fields):
        return "the `email` of a body"
    if "caller" in limit.needs and not operation.allow.signed_in:
        return "the caller"
    return "a body" if "body" in limit.needs and body is None else None


def _cached(operation: Operation) -> Iterator[str]:
    if operation.if_hidden and (operation.allow.signed_in or not operation.cached):
        yield "`if_hidden` is for pages that are kept for everyone."
    if not operation.cached:
        return
    if operation.method != "GET":
        yield "Only a GET is cached."
    if "caller" in operation.parameters:
        yield "What is cached is not made for a caller."
    if operation.limits and operation.allow.signed_in:
        yield "What is cached is answered without counting."
    if operation.allow.signed_in and READER not in operation.path_ids:
        yield f"What is cached for one person names them in its path as `{READER}`."
