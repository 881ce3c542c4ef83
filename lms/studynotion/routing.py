"""Where the calls are found: in any case, with doubled or trailing slashes, and never by a redirect.

The server these frontends were written for matches paths so, and a redirect ends a request that had a preflight.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Flask, Response

from lms.errors import UnknownPath
from lms.http.rendering import render_below
from lms.http.responses import own_response
from lms.json_provider import to_bytes
from lms.studynotion import calls, refusals
from lms.studynotion.door import CALLS, PREFIX, count_unknown

SLASHES = re.compile("/{2,}")
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")

Environ = dict[str, Any]


class AnyCase:
    """Writes the paths of the layer as its routes have them."""

    def __init__(self, app: Flask) -> None:
        self.wsgi_app = app.wsgi_app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = SLASHES.sub("/", environ["PATH_INFO"]).lower()
        if path.startswith(f"{PREFIX}/"):
            environ["PATH_INFO"] = path.rstrip("/")
        return self.wsgi_app(environ, start_response)


def init_app(app: Flask) -> None:
    assert calls.MODULES, "Importing them declares what there is."
    bp = Blueprint("studynotion", __name__, url_prefix=PREFIX)
    for call in CALLS:
        for path in call.paths:
            bp.add_url_rule(path, call.name, call.view, methods=call.verbs)
    bp.add_url_rule("/<path:rest>", "unknown", _unknown, methods=VERBS)
    bp.add_url_rule("/openapi.json", "document", _document)
    app.register_blueprint(bp)
    render_below(app, PREFIX, refusals.rendered)
    app.wsgi_app = AnyCase(app)  # type: ignore[method-assign]


def _unknown(rest: str) -> Response:
    count_unknown(rest)
    raise UnknownPath


def _document() -> Response:
    from lms.studynotion.document import document

    return own_response(to_bytes(document()))
