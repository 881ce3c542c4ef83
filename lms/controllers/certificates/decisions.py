"""What staff decide on certificates; `seen` is the revision that they decided on."""

from collections.abc import Sequence
from typing import Any

from bson import ObjectId

from lms.controllers.certificates import awards, status_lists
from lms.errors import CertificateNotFound, CertificateStateRefused, ChangedMeanwhile
from lms.jobs.certificates import certificates as jobs
from lms.models import actors
from lms.models.accounts.users import NAME
from lms.models.base import Subject
from lms.models.certificates.certificates import (
    WITHOUT_FILES,
    Certificate,
    CertificateFacts,
    CertificateState,
    ReasonKind,
    certificates,
)
from lms.models.stages import lookup
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional

REFUNDED = "The whole price of the course went back."
LIVE: tuple[CertificateState, ...] = ("pending", "issued", "suspended")
REPLACED: tuple[CertificateState, ...] = ("pending", "issued")
"""One that is suspended is decided on first: its replacement would hold."""
JOINED = [
    {"$project": WITHOUT_FILES},
    *lookup("users", "user", "holder", {"id": "$_id", "name": NAME, "email": 1}),
]
"""With its `holder`, as far as they are still here, and without its files."""


def certificate_file(certificate_id: ObjectId) -> dict[str, Any]:
    """A certificate with what it replaced, what replaced it, and what staff did."""
    found = certificates.aggregate({"_id": certificate_id}, JOINED)
    if not found:
        raise CertificateNotFound
    [certificate] = found
    history = audit_log.history(certificates.name, certificate_id)
    replaced_by = certificates.get({"replaces": certificate_id}, {"code": 1})
    return {"certificate": certificate, "history": history, "replaced_by": replaced_by}


@transactional
def revoke(certificate_id: ObjectId, kind: ReasonKind, text: str, seen: int) -> None:
    """End a certificate for good, and tell its holder; pages say so at once, the list within a minute."""
    revoked = _decide(certificate_id, LIVE, "revoked", kind, text, seen)
    status_lists.list_anew(revoked["list"])
    jobs.mail_revoked.promise(certificate_id)


@transactional
def suspend(certificate_id: ObjectId, kind: ReasonKind, text: str, seen: int) -> None:
    """Let a certificate not hold until it is decided on."""
    _decide(certificate_id, ("issued",), "suspended", kind, text, seen)


@transactional
def restore(certificate_id: ObjectId, kind: ReasonKind, text: str, seen: int) -> None:
    """Let a suspended certificate hold again; one that was not signed yet is signed now."""
    signed = certificates.get({"_id": certificate_id, "digest": {"$exists": True}}, {"_id": 1})
    _decide(certificate_id, ("suspended",), "issued" if signed else "pending", kind, text, seen)
    if not signed:
        jobs.issue.promise(certificate_id)


@transactional
def reissue(certificate_id: ObjectId, text: str, recipient: str | None = None, seen: int | None = None) -> Certificate:
    """Replace a certificate, for another name where one is given, by one that says the same; the old one is revoked."""
    old = _found(certificate_id, seen)
    if old["state"] not in REPLACED or not old.get("current"):
        raise CertificateStateRefused
    _move(old, REPLACED, "revoked", "superseded", text)
    certificates.update({"_id": certificate_id}, {"$unset": {"current": ""}})
    facts: CertificateFacts = {**old["facts"], "recipientName": recipient or old["facts"]["recipientName"]}
    made = awards.add(old["user"], old["course"], facts)
    made["replaces"] = certificate_id
    if "validUntil" in old:
        made["validUntil"] = old["validUntil"]
    certificates.insert(made)
    audit_log.record("certificate.reissue", _subject(old), {}, {"replacedBy": made["code"]}, text)
    status_lists.list_anew(old["list"])
    jobs.issue.promise(made["_id"])
    return made


def suspend_refunded(user_id: ObjectId, course_id: ObjectId) -> None:
    """Let the certificate of a course whose price went back wait for a decision; part of the books' transaction."""
    where = {"user": user_id, "course": course_id, "current": True, "state": {"$in": ["pending", "issued"]}}
    certificates.move(where, "suspended", {"kind": "refunded", "text": REFUNDED}, None)


def _decide(
    certificate_id: ObjectId,
    before: Sequence[CertificateState],
    after: CertificateState,
    kind: ReasonKind,
    text: str,
    seen: int,
) -> Certificate:
    certificate = _found(certificate_id, seen)
    _move(certificate, before, after, kind, text)
    was, became = {"state": certificate["state"]}, {"state": after, "kind": kind}
    audit_log.record(f"certificate.{after}", _subject(certificate), was, became, text)
    return certificate


def _found(certificate_id: ObjectId, seen: int | None) -> Certificate:
    certificate = certificates.get({"_id": certificate_id})
    if certificate is None:
        raise CertificateNotFound
    if seen is not None and certificate["revision"] != seen:
        raise ChangedMeanwhile
    return certificate


def _move(
    certificate: Certificate, before: Sequence[CertificateState], after: CertificateState, kind: ReasonKind, text: str
) -> None:
    where = {"_id": certificate["_id"], "state": {"$in": before}}
    if certificates.move(where, after, {"kind": kind, "text": text}, actors.actor().id) is None:
        raise CertificateStateRefused


def _subject(certificate: Certificate) -> Subject:
    return certificates.subject(certificate)
