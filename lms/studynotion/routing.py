"""Where the calls are found, what is said of those that there are not, and the layer's document."""

from flask import Blueprint, Flask, Response

from lms.errors import UnknownPath
from lms.http.rendering import render_below
from lms.http.responses import own_response
from lms.json_provider import to_bytes
from lms.studynotion import refusals
from lms.studynotion.calls import CALLS
from lms.studynotion.door import PREFIX, count_unknown

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def init_app(app: Flask) -> None:
    bp = Blueprint("studynotion", __name__, url_prefix=PREFIX)
    for call in CALLS:
        for path in call.paths:
            bp.add_url_rule(path, call.name, call.view, methods=call.verbs)
    bp.add_url_rule("/<path:rest>", "unknown", _unknown, methods=VERBS)
    bp.add_url_rule("/openapi.json", "document", _document)
    app.register_blueprint(bp)
    render_below(app, PREFIX, refusals.rendered)


def _unknown(rest: str) -> Response:
    count_unknown(rest)
    raise UnknownPath


def _document() -> Response:
    from lms.studynotion.document import document

    return own_response(to_bytes(document()))
