"""Cross-origin requests (the Fetch standard's CORS protocol), for the listed origins only."""

from collections.abc import Sequence
from typing import Any

STAFF_PAGES = "/admin"
"""Not for other origins, however well known: a frontend on the same site would come with the cookies of staff."""

Headers = list[tuple[str, str]]

EXPOSED: Headers = [("Access-Control-Expose-Headers", "ETag, Retry-After, X-Request-ID")]
PREFLIGHT: Headers = [
    ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Range, Content-Type, Idempotency-Key, If-None-Match, X-Request-ID, X-Requested-With, "
        "X-Unique-Upload-Id",
    ),
    ("Access-Control-Max-Age", "600"),
]


def headers_for(environ: dict[str, Any], origins: Sequence[str]) -> Headers:
    """What lets the asking page read the answer; nothing when it is not from a listed origin."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or origin not in origins or environ["PATH_INFO"].startswith(STAFF_PAGES):
        return []
    allowed = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    return [*allowed, *PREFLIGHT] if is_preflight(environ) else [*allowed, *EXPOSED]


def is_preflight(environ: dict[str, Any]) -> bool:
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
