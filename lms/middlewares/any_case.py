"""Paths below one prefix in any case, with doubled or trailing slashes: as the servers match them that we stand in for.

They are found as they are, for a redirect ends a request that had a preflight.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

STUDYNOTION = "/studynotion/api/v1"
FIRST = "/studynotion"
SLASHES = re.compile("/{2,}")

Environ = dict[str, Any]


class AnyCase:
    """Writes such paths as their routes have them."""

    def __init__(self, app: Flask) -> None:
        self.wsgi_app = app.wsgi_app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path[: len(FIRST)].lower() == FIRST:
            environ["PATH_INFO"] = written(path)
        return self.wsgi_app(environ, start_response)


def written(path: str) -> str:
    """The path in small letters and single slashes, if it is below the prefix."""
    plain = SLASHES.sub("/", path).lower()
    return plain.rstrip("/") if plain.startswith(f"{STUDYNOTION}/") else path


def init_app(app: Flask) -> None:
    app.wsgi_app = AnyCase(app)  # type: ignore[method-assign]
