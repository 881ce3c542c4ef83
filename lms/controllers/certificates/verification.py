"""Whether a certificate holds, for anybody who asks."""

import json
from typing import Any

from lms.controllers.certificates import credential_keys, issuing
from lms.errors import CertificateNotFound, TooLarge
from lms.models.base import now
from lms.models.certificates.certificates import WITHOUT_FILES, Certificate, certificates
from lms.models.freshness import read
from lms.services.certificates import codes, open_badges

MOST_BYTES = 64 * 1024


def by_code(given: str) -> dict[str, Any]:
    """What everybody may know of a certificate; a page that shows it is made anew when that changes."""
    certificate = _found(given, WITHOUT_FILES)
    facts = certificate["facts"]
    replacing = certificates.get({"replaces": certificate["_id"]}, {"code": 1})
    return {
        "code": codes.shown(certificate["code"]),
        "state": state_of(certificate),
        "recipientName": facts.get("recipientName"),
        "courseTitle": facts["courseTitle"],
        "issuerName": facts.get("issuerName"),
        "hours": round(facts["seconds"] / 3600, 1) if facts.get("seconds") else None,
        "completedAt": facts["completedAt"],
        "issuedAt": certificate.get("issuedAt"),
        "validUntil": certificate.get("validUntil"),
        **_decided(certificate),
        "replacedBy": codes.shown(replacing["code"]) if replacing else None,
        "listed": certificate["listed"],
    }


def state_of(certificate: Certificate) -> str:
    """Its state, or that its time is over."""
    ends = certificate.get("validUntil")
    return "expired" if certificate["state"] == "issued" and ends and ends < now() else certificate["state"]


def _decided(certificate: Certificate) -> dict[str, Any]:
    """Of what was decided only the kind and the day are for everybody."""
    reason = certificate.get("reason") if certificate["state"] in ("revoked", "suspended") else None
    on = certificate.get("changedAt") if reason else None
    return {"revokedOn": issuing.local(on).date() if on else None, "reasonKind": reason["kind"] if reason else None}


def _found(given: str, projection: Any = None) -> Certificate:
    code = codes.read(given)
    certificate = certificates.get({"code": code}, projection) if code else None
    if certificate is None:
        raise CertificateNotFound
    read(f"certificate/{code}")
    return certificate


def document(given: str) -> bytes | None:
    """The signed document, where its holder shows it to everybody; none where not."""
    certificate = _found(given)
    return bytes(certificate["credential"]) if certificate["listed"] and "credential" in certificate else None


def compare(given: dict[str, Any]) -> dict[str, Any]:
    """Whether a document is one of ours, and word for word what was signed; nothing in it is looked up elsewhere."""
    text = _plain(given)
    if len(text) > MOST_BYTES:
        raise TooLarge(f"A certificate has at most {MOST_BYTES // 1024} KB.")
    base, _, code = str(given.get("id")).rpartition("/credentials/")
    certificate = certificates.get({"code": code}) if base else None
    if certificate is None:
        return {"ours": False, "intact": False, "state": None}
    signed = certificate.get("credential")
    intact = signed is not None and _plain(json.loads(signed)) == text
    return {"ours": True, "intact": intact, "state": state_of(certificate)}


def _plain(document: Any) -> bytes:
    """The same bytes for the same document, whatever its blanks and order."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def issuer_profile() -> dict[str, Any]:
    return open_badges.profile(credential_keys.issuer())
