"""Around every request: its id, the security headers, one log line, the counters.

A WSGI middleware rather than hooks of Flask's: it sees every answer there is, and costs a fraction.
"""

import os
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask
from prometheus_client import Histogram

from lms import request_id
from lms.extensions import settings_of
from lms.middlewares import cors
from lms.middlewares.any_case import STUDYNOTION
from lms.middlewares.client_address import ADDRESS_KEY, forwarded_for
from lms.middlewares.public_pages import ENDPOINT_KEY

log = structlog.get_logger("http")

SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
VERBS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Vary", "Origin, Accept-Encoding"),
)
OWN_POLICY = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
NOT_STORED = ("Cache-Control", "no-store")
NOT_KEPT = ("/api/", f"{STUDYNOTION}/")
"""Below these nobody keeps an answer that does not say that it may be kept."""
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

SECONDS = Histogram(
    "http_request_seconds", "Requests answered, and how long they took.", ["endpoint", "method", "status"]
)

CALLER_KEY = "lms.caller"
"""Where in the WSGI environment a guard leaves the id of the signed-in user."""

StartResponse = Callable[..., Any]
Environ = dict[str, Any]


class Requests:
    def __init__(self, app: Flask) -> None:
        settings = settings_of(app)
        self.wsgi_app, self.trusted_proxies = app.wsgi_app, settings.trusted_proxies
        self.origins, self.further_headers = settings.cors_origins, settings.cors_headers

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID", "")
        own_id = given if SANE_ID.fullmatch(given) else os.urandom(16).hex()
        request_id.current.set(own_id)
        environ[ADDRESS_KEY] = forwarded_for(
            environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""), self.trusted_proxies
        )

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            headers.append(("X-Request-ID", own_id))
            headers.extend(cors.headers_for(environ, self.origins, self.further_headers))
            _secure(headers, environ)
            _record(environ, status[:3], time.perf_counter() - began)
            return start_response(status, headers, exc_info)

        if cors.is_preflight(environ):
            start("204 No Content", [])
            return []
        return self.wsgi_app(environ, start)


def _secure(headers: list[tuple[str, str]], environ: Environ) -> None:
    """Add what every answer carries, leaving alone what a page has decided for itself."""
    own = {name for name, _ in headers}
    headers.extend(each for each in SECURITY_HEADERS if each[0] not in own or each[0] == "Vary")
    if "Content-Security-Policy" not in own:
        headers.append(OWN_POLICY)
    if "Cache-Control" not in own and environ["PATH_INFO"].startswith(NOT_KEPT):
        headers.append(NOT_STORED)
    if environ["wsgi.url_scheme"] == "https":
        headers.append(HSTS)


def _record(environ: Environ, status: str, seconds: float) -> None:
    endpoint = environ.get(ENDPOINT_KEY) or getattr(environ.get("werkzeug.request"), "endpoint", None) or "unknown"
    method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in VERBS else "other"
    SECONDS.labels(endpoint, method, status).observe(seconds)
    log.info(
        "request",
        method=method,
        path=environ["PATH_INFO"],
        status=int(status),
        ms=round(seconds * 1000, 1),
        address=environ[ADDRESS_KEY],
        user=environ.get(CALLER_KEY),
    )


def init_app(app: Flask) -> None:
    app.wsgi_app = Requests(app)  # type: ignore[method-assign]
