"""Around every request: its id, one log line, the counters, the security headers."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from lms.middlewares import client_address

log = structlog.get_logger("http")

SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
HSTS = "max-age=31536000; includeSubDomains"

REQUESTS = Counter("http_requests_total", "Requests answered.", ["endpoint", "method", "status"])
SECONDS = Histogram("http_request_seconds", "How long requests took.", ["endpoint"])


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if SANE_ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = g.request_id
    response.vary.add("Origin")
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", HSTS)
    if request.path.startswith("/api/"):
        headers.setdefault("Cache-Control", "no-store")
    _record(response.status_code)
    return response


def _record(status: int) -> None:
    seconds = time.perf_counter() - g.began
    endpoint = request.endpoint or "unknown"
    REQUESTS.labels(endpoint, request.method, str(status)).inc()
    SECONDS.labels(endpoint).observe(seconds)
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=status,
        ms=round(seconds * 1000, 1),
        address=client_address.client().address,
        user=str(g.caller.id) if g.get("caller") else None,
    )


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
