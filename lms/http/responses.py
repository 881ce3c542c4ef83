"""From what a use case returns to the bytes of the contract's success envelope."""

import gzip
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.http import parse_accept_header, parse_etags

from lms.models.base import Page
from lms.results import File, Part, Result
from lms.services.system.page_store import GZIP_LEVEL, CachedPage

JSON = "application/json"
GZIP_FROM_BYTES = 1024
GZIPPED = ("Content-Encoding", "gzip")


def envelope(result: Result, message: str) -> dict[str, Any]:
    """The success envelope, with `pagination` where the data is one page of a list."""
    filled = {"success": True, "message": result.message or message, "data": result.data}
    if isinstance(result.data, Page):
        filled |= _paged(result.data)
    if result.device:
        filled["deviceToken"] = result.device
    return filled | result.top_level


def _paged(page: Page[Any]) -> dict[str, Any]:
    pages = -(-page.total // page.limit)
    return {
        "data": page.items,
        "pagination": {"page": page.page, "limit": page.limit, "total": page.total, "pages": pages},
    }


def of_page(page: CachedPage, environ: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
    """Status, headers and body for a public page: 304 where the client has it (RFC 9110, section 13.1.2)."""
    headers = [("ETag", page.etag), ("Cache-Control", "public, no-cache")]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and parse_etags(known).contains_weak(page.etag[3:-1]):
        return "304 Not Modified", headers, b""
    headers.append(("Content-Type", JSON))
    if _takes_gzip(page.body, environ):
        return "200 OK", [*headers, GZIPPED], page.gzipped
    return "200 OK", headers, page.body


def public_page(page: CachedPage) -> Response:
    status, headers, body = of_page(page, request.environ)
    return Response(body, status, headers)


def own_response(body: bytes, status: int = 200) -> Response:
    """An answer for one person, which nobody between them and us may keep."""
    if _takes_gzip(body, request.environ):
        return Response(gzip.compress(body, GZIP_LEVEL), status, [GZIPPED], mimetype=JSON)
    return Response(body, status, mimetype=JSON)


def file(found: File) -> Response:
    shown = "attachment" if found.to_save else "inline"
    headers = {"Content-Disposition": f'{shown}; filename="{found.name}"'}
    return Response(found.content, mimetype=found.media_type, headers=headers)


def part(found: Part) -> Response:
    """206 with less than was asked for, if need be (RFC 9110, section 15.3.7); nobody may keep it."""
    last = found.first + len(found.content) - 1
    headers = {
        "Content-Range": f"bytes {found.first}-{last}/{found.total}",
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.tag}"',
    }
    return Response(found.content, 206, headers, mimetype=found.media_type)


def _takes_gzip(body: bytes, environ: Mapping[str, Any]) -> bool:
    """Whether compressing is worth it, and the client reads it (a refusal by `q=0` is honoured)."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return len(body) >= GZIP_FROM_BYTES and "gzip" in accepted and parse_accept_header(accepted)["gzip"] > 0
