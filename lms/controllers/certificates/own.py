"""Learners' own certificates: listing, claiming, taking the files along, showing them to the world."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bson import ObjectId

from lms.addresses import address_of
from lms.controllers.certificates import awards, issuing
from lms.errors import CertificateNotFound, CertificateNotReady, CertificateRevoked
from lms.extensions import current_settings
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import users
from lms.models.base import Page
from lms.models.certificates.certificates import WITHOUT_FILES, Certificate, certificates
from lms.models.system.finding import having
from lms.results import File, Result
from lms.schemas.certificates.certificates import CourseCertificatesQuery
from lms.schemas.fields import PageQuery
from lms.services.certificates import badge_png, codes

CREDENTIAL = "application/vc+ld+json"
LINKEDIN = "https://www.linkedin.com/profile/add"
MOST_FOUND = 200
GONE = ("revoked", "erased")


def list_own(caller: Caller, query: PageQuery) -> Page[dict[str, Any]]:
    found = certificates.page({"user": caller.id}, [{"$project": WITHOUT_FILES}], {"_id": -1}, query.page, query.limit)
    return Page([_shown(each) for each in found.items], found.total, found.page, found.limit)


def _shown(certificate: Mapping[str, Any]) -> dict[str, Any]:
    own, code = {"certificate_id": str(certificate["_id"])}, certificate["code"]
    return {
        "id": certificate["_id"],
        "code": codes.shown(code),
        "state": certificate["state"],
        "courseId": certificate["course"],
        "courseTitle": certificate["facts"]["courseTitle"],
        "issuedAt": certificate.get("issuedAt"),
        "validUntil": certificate.get("validUntil"),
        "listed": certificate["listed"],
        "verifyUrl": issuing.verify_url(code),
        "pdfUrl": address_of("certificates.pdf", **own),
        "credentialUrl": address_of("certificates.credential", **own),
        "badgeUrl": address_of("certificates.badge", **own),
        "linkedInUrl": linked_in_url(certificate),
    }


def linked_in_url(certificate: Mapping[str, Any]) -> str:
    """Where a holder adds it to their profile there, with all that is known filled in."""
    facts, moment = certificate["facts"], certificate["createdAt"]
    ends = certificate.get("validUntil")
    until = {"expirationYear": ends.year, "expirationMonth": ends.month} if ends else {}
    known = {
        "startTask": "CERTIFICATION_NAME",
        "name": facts["courseTitle"],
        "organizationName": facts.get("issuerName", current_settings().school),
        "issueYear": moment.year,
        "issueMonth": moment.month,
        **until,
        "certUrl": issuing.verify_url(certificate["code"]),
        "certId": codes.shown(certificate["code"]),
    }
    return f"{LINKEDIN}?{urlencode(known)}"


def list_of_course(course_id: ObjectId, query: CourseCertificatesQuery) -> Page[dict[str, Any]]:
    """Who holds a certificate of the course."""
    where: dict[str, Any] = {"course": course_id}
    if query.state:
        where["state"] = query.state
    if query.q:
        named = [each["_id"] for each in users.find(having(query.q), {"_id": 1}, limit=MOST_FOUND)]
        where["$or"] = [{"user": {"$in": named}}, {"code": codes.read(query.q)}]
    order = {"issuedAt": -1, "_id": -1}
    found = certificates.page(where, [{"$project": WITHOUT_FILES}], order, query.page, query.limit)
    return Page([held(each) for each in found.items], found.total, found.page, found.limit)


def held(certificate: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": certificate["_id"],
        "code": codes.shown(certificate["code"]),
        "state": certificate["state"],
        "recipientName": certificate["facts"].get("recipientName"),
        "issuedAt": certificate.get("issuedAt"),
        "validUntil": certificate.get("validUntil"),
        "verifyUrl": issuing.verify_url(certificate["code"]),
    }


def claim(caller: Caller, course_id: ObjectId) -> Result:
    """The caller's certificate of a course they completed: made now, being signed, or as it is."""
    certificate, new = awards.ensure(caller.id, course_id)
    status = 201 if new else 202 if certificate["state"] == "pending" else 200
    return Result(_shown(certificate), status=status, message="Here is your certificate." if status == 200 else None)


def pdf(caller: Caller, certificate_id: ObjectId) -> File:
    certificate = _ready(_own(caller, certificate_id))
    return File(f"{codes.shown(certificate['code'])}.pdf", "application/pdf", bytes(certificate["pdf"]))


def any_pdf(certificate_id: ObjectId) -> File:
    """Anybody's certificate, in whatever state, for staff."""
    certificate = certificates.get({"_id": certificate_id, "pdf": {"$exists": True}})
    if certificate is None:
        raise CertificateNotFound
    return File(f"{codes.shown(certificate['code'])}.pdf", "application/pdf", bytes(certificate["pdf"]))


def credential(caller: Caller, certificate_id: ObjectId) -> File:
    certificate = _own(caller, certificate_id)
    if "credential" not in certificate:
        raise CertificateNotReady
    name = f"{codes.shown(certificate['code'])}.json"
    return File(name, CREDENTIAL, bytes(certificate["credential"]), to_save=True)


def badge(caller: Caller, certificate_id: ObjectId) -> File:
    certificate = _ready(_own(caller, certificate_id))
    facts = certificate["facts"]
    drawn = badge_png.draw(
        facts["courseTitle"], facts["issuerName"], current_settings().school_colour, bytes(certificate["credential"])
    )
    return File(f"{codes.shown(certificate['code'])}.png", "image/png", drawn)


def _own(caller: Caller, certificate_id: ObjectId) -> Certificate:
    certificate = certificates.get({"_id": certificate_id, "user": caller.id})
    if certificate is None:
        raise CertificateNotFound
    return certificate


def _ready(certificate: Certificate) -> Certificate:
    if certificate["state"] in GONE:
        raise CertificateRevoked
    if "pdf" not in certificate:
        raise CertificateNotReady
    return certificate


def show(caller: Caller, certificate_id: ObjectId, listed: bool) -> dict[str, Any]:
    """Whether the signed document itself is for everybody who has its address."""
    changed = certificates.change({"_id": certificate_id, "user": caller.id}, {"$set": {"listed": listed}})
    if changed is None:
        raise CertificateNotFound
    return _shown(changed)
