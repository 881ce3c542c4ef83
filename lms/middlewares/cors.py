"""Cross-origin requests (the Fetch standard's CORS protocol), for the listed origins only."""

from collections.abc import Sequence
from typing import Any

from lms.middlewares import any_case

STAFF_PAGES = "/admin"
"""Not for other origins, however well known: a frontend on the same site would come with the cookies of staff."""

Headers = list[tuple[str, str]]

READ = ("Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Retry-After", "X-Request-ID")
"""What pages may read of an answer, beside what they always may."""

SENT = (
    "Authorization",
    "Content-Range",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "X-Device-Token",
    "X-Request-ID",
    "X-Requested-With",
    "X-Unique-Upload-Id",
)
"""What pages may send because endpoints look at it, or libraries always send it."""

EXPOSED: Headers = [("Access-Control-Expose-Headers", ", ".join(READ))]


MISSPELT = "Authorisation"
"""How one branch of the family of frontends that `any_case` knows calls the header of its token."""


def preflight(further: Sequence[str]) -> Headers:
    """What a page may send, with `further` headers that nothing here looks at."""
    return [
        ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
        ("Access-Control-Allow-Headers", ", ".join([*SENT, *further])),
        ("Access-Control-Max-Age", "600"),
    ]


def headers_for(environ: dict[str, Any], origins: Sequence[str], further: Sequence[str] = ()) -> Headers:
    """What lets the asking page read the answer; nothing when it is not from a listed origin."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or origin not in origins or environ["PATH_INFO"].startswith(STAFF_PAGES):
        return []
    allowed = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    if not is_preflight(environ):
        return [*allowed, *EXPOSED]
    own = [MISSPELT] if any_case.plainly(environ["PATH_INFO"]) else []
    return [*allowed, *preflight([*own, *further])]


def is_preflight(environ: dict[str, Any]) -> bool:
    return environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
