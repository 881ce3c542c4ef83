"""Public pages this process has served lately, answered before Flask is asked, while they are current.

Whether a page is current is asked of Redis on every request, so a write anywhere is seen by the very next read.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from lms import responses
from lms.services.system import page_cache
from lms.services.system.page_cache import CachedPage

MOST_BYTES = 32 * 1024 * 1024
MOST_BYTES_A_PAGE = 512 * 1024
"""Whoever makes up query strings gets others' pages dropped, and no more memory than this."""

PAGE_KEY = "lms.public_page"
"""Where in the WSGI environment an endpoint leaves the page it answered with."""

ENDPOINT_KEY = "lms.endpoint"
"""Where the name of the endpoint stands when Flask was not asked."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Kept:
    page: CachedPage
    endpoint: str
    until: float

    @property
    def size(self) -> int:
        """In bytes, as sent and compressed together."""
        return len(self.page.body) + len(self.page.gzipped)


class PublicPages:
    def __init__(self, app: Flask) -> None:
        self.wsgi_app = app.wsgi_app
        self.kept: dict[str, Kept] = {}
        self.bytes = 0
        self.writing = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET":
            return self.wsgi_app(environ, start_response)
        address = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
        kept = self.kept.get(address)
        if kept and kept.until > time.monotonic() and kept.page.version == page_cache.current_version():
            environ[ENDPOINT_KEY] = kept.endpoint
            status, headers, body = responses.of_page(kept.page, environ)
            start_response(status, [*headers, ("Content-Length", str(len(body)))])
            return [body]
        answer = self.wsgi_app(environ, start_response)
        if page := environ.get(PAGE_KEY):
            self._keep(address, page, environ[ENDPOINT_KEY])
        return answer

    def _keep(self, address: str, page: CachedPage, endpoint: str) -> None:
        kept = Kept(page, endpoint, time.monotonic() + page_cache.LIFETIME_SECONDS)
        if kept.size + len(address) > MOST_BYTES_A_PAGE:
            return
        with self.writing:
            self._drop(address)
            while self.bytes + kept.size + len(address) > MOST_BYTES:
                self._drop(next(iter(self.kept)))
            self.kept[address] = kept
            self.bytes += kept.size + len(address)

    def _drop(self, address: str) -> None:
        if before := self.kept.pop(address, None):
            self.bytes -= before.size + len(address)


def leave(page: CachedPage) -> None:
    """Let the process keep the page the present request is answered with, if it is known to be current."""
    if page.version:
        request.environ[PAGE_KEY] = page
        request.environ[ENDPOINT_KEY] = request.endpoint


def init_app(app: Flask) -> None:
    app.wsgi_app = PublicPages(app)  # type: ignore[method-assign]
