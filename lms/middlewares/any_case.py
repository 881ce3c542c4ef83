"""Paths below one prefix in any case, with doubled or trailing slashes: as the servers match them that we stand in for.

They are found as they are, for a redirect ends a request that had a preflight.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

STUDYNOTION = "/studynotion/api/v1"
SLASHES = re.compile("/{2,}")

Environ = dict[str, Any]


class AnyCase:
    """Writes such paths as their routes have them."""

    def __init__(self, app: Flask) -> None:
        self.wsgi_app = app.wsgi_app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if plain := plainly(environ["PATH_INFO"]):
            environ["PATH_INFO"] = plain
        return self.wsgi_app(environ, start_response)


def plainly(path: str) -> str | None:
    """The path in small letters and single slashes, if it is below the prefix."""
    if path[:2] not in ("/s", "/S", "//"):
        return None
    plain = SLASHES.sub("/", path).lower()
    return plain.rstrip("/") if plain.startswith(f"{STUDYNOTION}/") else None


def init_app(app: Flask) -> None:
    app.wsgi_app = AnyCase(app)  # type: ignore[method-assign]
