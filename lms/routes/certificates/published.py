"""What verifiers fetch: the school's keys and profile, the lists of what was revoked, credentials that are shown."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for

from lms.controllers.certificates import credential_keys, status_lists, verification
from lms.errors import CertificateNotFound
from lms.json_provider import to_bytes
from lms.middlewares import limits
from lms.routes.certificates.certificates import GUESSES
from lms.services.certificates import codes

bp = Blueprint("published", __name__)

CREDENTIAL = "application/vc+ld+json"
FOR_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@bp.get("/.well-known/did.json")
@bp.get("/did.json", endpoint="did_of_a_folder")
def did() -> Any:
    """The school's keys, as `did:web` looks for them."""
    document = credential_keys.did_document(quote(request.host, safe=""))
    return _for_all(to_bytes(document), "application/did+ld+json")


@bp.get("/credentials/issuer")
def issuer() -> Any:
    """The school by itself (Open Badges 3.0, `Profile`)."""
    return _for_all(to_bytes(verification.issuer_profile()), "application/ld+json")


@bp.get("/credentials/status/revocation/<int(max=1000000):number>")
def status_list(number: int) -> Any:
    """Which certificates were revoked (Bitstring Status List), signed."""
    return _for_all(status_lists.signed(number), CREDENTIAL)


@bp.get("/credentials/<code>")
def credential(code: str) -> Any:
    """The signed document where its holder shows it, else the page that says whether it holds."""
    known = codes.read(code)
    if known is None:
        raise CertificateNotFound
    limits.count([GUESSES])
    document = verification.document(known)
    if document is None:
        return redirect(url_for("verification.page", code=known), 303)
    return _for_all(document, CREDENTIAL)


def _for_all(body: bytes, media_type: str) -> Any:
    """For every origin, and kept by whoever likes for five minutes; with an entity tag."""
    response = Response(body, mimetype=media_type, headers={**FOR_ALL, "Cache-Control": "public, max-age=300"})
    response.add_etag()
    return response.make_conditional(request)
