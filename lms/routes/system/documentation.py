"""/api/v1/openapi.json, and /docs for people."""

from functools import cache

from flask import Blueprint, Response, url_for

from lms.http.api import API_PREFIX
from lms.http.responses import own_response
from lms.json_provider import to_bytes
from lms.openapi import document

bp = Blueprint("documentation", __name__)

PAGE_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: 'self'; font-src data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The page carries its scripts inline, so that it needs nothing from anywhere else."""


@bp.get(f"{API_PREFIX}/openapi.json")
def openapi() -> Response:
    return own_response(_document())


@cache
def _document() -> bytes:
    return to_bytes(document())


@bp.get("/docs")
def docs() -> Response:
    return Response(_page(), mimetype="text/html", headers={"Content-Security-Policy": PAGE_POLICY})


@cache
def _page() -> str:
    # The library holds megabytes of scripts, which no other process than one that shows the page has to read.
    from offapi import OpenAPITemplate

    return OpenAPITemplate.SWAGGER.value.format(spec_url=url_for(".openapi"))
