"""Answers public pages that this process remembers before Flask is asked."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from lms.http import responses
from lms.services.system import page_store

ENDPOINT_KEY = "lms.endpoint"
"""Where the name of the endpoint stands when Flask was not asked."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class PublicPages:
    def __init__(self, app: Flask) -> None:
        self.wsgi_app = app.wsgi_app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        remembered = page_store.recall(address_of(environ)) if environ["REQUEST_METHOD"] == "GET" else None
        if remembered is None:
            return self.wsgi_app(environ, start_response)
        environ[ENDPOINT_KEY] = remembered.endpoint
        status, headers, body = responses.of_page(remembered.page, environ)
        start_response(status, [*headers, ("Content-Length", str(len(body)))])
        return [body]


def address_of(environ: Environ) -> str:
    """What was asked for, as it is remembered: the path and the whole query string."""
    return f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"


def init_app(app: Flask) -> None:
    app.wsgi_app = PublicPages(app)  # type: ignore[method-assign]
