"""/verify: pages that say to anybody whether a certificate holds; they need no script and nothing from elsewhere."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from lms.controllers.certificates import issuing, verification
from lms.errors import CertificateNotFound, RateLimited, Refusal
from lms.extensions import current_settings
from lms.http import rendering
from lms.middlewares import limits
from lms.routes.certificates.certificates import GUESSES
from lms.services.certificates import codes
from lms.services.system import page_store

bp = Blueprint("verification", __name__)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}


@bp.get("/verify")
def form() -> Any:
    """Where the code of a certificate is typed in."""
    given = request.args.get("code", "")
    if not given:
        return _shown("verify/form.html", 200)
    code = codes.read(given)
    if code is None:
        return _shown("verify/form.html", 404, given=given, why="A code has twelve letters and digits.")
    return redirect(url_for(".page", code=code), 303)


@bp.get("/verify/school.css")
def style() -> Response:
    """The school's colour, for a page that may have no style in it."""
    colour = f":root {{ --school: {current_settings().school_colour}; }}"
    return Response(colour, mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


@bp.get("/verify/<code>")
def page(code: str) -> Any:
    """What everybody may know of a certificate, kept ready as the API's pages are."""
    known = codes.read(code)
    if known is None:
        raise CertificateNotFound
    found = page_store.get_or_compute(f"/verify/{known}", lambda: _page(known))
    return Response(found.body, mimetype="text/html", headers={**HEADERS, "ETag": found.etag}).make_conditional(request)


def _page(code: str) -> bytes:
    limits.count([GUESSES])
    return _html("verify/certificate.html", it=verification.by_code(code), plain_code=code).encode()


def _html(template: str, **facts: Any) -> str:
    return render_template(template, school=current_settings().school, local=issuing.local, **facts)


def _shown(template: str, status: int, **facts: Any) -> Response:
    response = make_response(_html(template, **facts), status)
    response.headers.update(HEADERS)
    return response


def refused(refusal: Refusal) -> Response:
    """The form again, with what is wrong."""
    why = refusal.sentence
    if isinstance(refusal, CertificateNotFound):
        why = "There is no certificate with this code. Compare it with the paper, letter by letter."
    response = _shown("verify/form.html", refusal.status, given=request.path.rpartition("/")[2], why=why)
    if isinstance(refusal, RateLimited):
        response.headers["Retry-After"] = str(max(1, refusal.retry_after or 1))
    return response


@bp.record
def _below(state: Any) -> None:
    rendering.render_below(state.app, "/verify", refused)
