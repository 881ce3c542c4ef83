"""From what a use case returns to the bytes of the contract's success envelope."""

import gzip
from typing import Any

from flask import Response, request
from pydantic import BaseModel, TypeAdapter

from lms.answers import Answer
from lms.json_provider import to_bytes
from lms.models.base import Page
from lms.services.page_cache import GZIP_LEVEL, CachedPage

JSON = "application/json"
GZIP_FROM_BYTES = 1024
GZIPPED = {"Content-Encoding": "gzip"}


def envelope(answer: Answer, message: str) -> dict[str, Any]:
    """The success envelope, with `pagination` where the data is one page of a list."""
    filled = {"success": True, "message": answer.message or message, "data": answer.data}
    if isinstance(answer.data, Page):
        filled |= _paged(answer.data)
    return filled | answer.top_level


def _paged(page: Page[Any]) -> dict[str, Any]:
    pages = -(-page.total // page.limit)
    return {
        "data": page.items,
        "pagination": {"page": page.page, "limit": page.limit, "total": page.total, "pages": pages},
    }


def prove(filled: dict[str, Any], returns: Any, top_level: type[BaseModel] | None) -> None:
    """In tests: raise ValidationError unless what goes out is what the documentation says goes out."""
    plain = TypeAdapter(dict[str, Any]).validate_json(to_bytes(filled))
    if returns is not None and plain["data"] is not None:
        TypeAdapter(returns).validate_python(plain["data"], extra="forbid")
    if top_level is not None and "token" in plain:
        top_level.model_validate(plain, extra="ignore")


def public_page(page: CachedPage) -> Response:
    """The page, or 304 where the client has it (RFC 9110, section 13.1.2)."""
    headers = {"ETag": page.etag, "Cache-Control": "public, no-cache"}
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains_weak(page.etag[3:-1]):
        return Response(status=304, headers=headers)
    if _takes_gzip(page.body):
        return Response(page.gzipped, 200, {**headers, **GZIPPED}, mimetype=JSON)
    return Response(page.body, 200, headers, mimetype=JSON)


def own_answer(body: bytes, status: int = 200) -> Response:
    """An answer for one person, which nobody between them and us may keep."""
    if _takes_gzip(body):
        return Response(gzip.compress(body, GZIP_LEVEL), status, GZIPPED, mimetype=JSON)
    return Response(body, status, mimetype=JSON)


def _takes_gzip(body: bytes) -> bool:
    """Whether compressing is worth it, and the client reads it (a refusal by `q=0` is honoured)."""
    if len(body) < GZIP_FROM_BYTES or "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
        return False
    return request.accept_encodings["gzip"] > 0
