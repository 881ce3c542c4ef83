"""Signing and drawing what was awarded: the same bytes at every attempt, kept once."""

import hashlib
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from bson import Binary, ObjectId

from lms.addresses import address_of
from lms.controllers.certificates import credential_keys
from lms.extensions import current_settings
from lms.jobs.certificates import certificates as jobs
from lms.models.certificates.certificate_designs import certificate_designs
from lms.models.certificates.certificates import Certificate, certificates
from lms.models.certificates.credential_keys import credential_keys as keys
from lms.models.transactions import transactional
from lms.services.certificates import certificate_pdf, codes, credentials, open_badges
from lms.services.certificates.certificate_pdf import Printed
from lms.services.certificates.credentials import Signer
from lms.services.certificates.open_badges import Achieved

log = structlog.get_logger("certificates")

MOST_SECONDS, MOST_OTHERS = 5, 200


def issue(certificate_id: ObjectId) -> None:
    """Sign and draw a certificate that waits for it. Raises CredentialKeyRefused while no key can sign."""
    certificate = certificates.get({"_id": certificate_id, "state": "pending"})
    if certificate is not None:
        issue_awarded(certificate)


def issue_awarded(certificate: Certificate) -> None:
    """The same of one as it was read; whatever became of it since stays so."""
    _keep(certificate, sealed(certificate, credential_keys.signer()))


def issue_others() -> None:
    """Sign for some seconds what else waits: for a process to begin with it takes ten times as long as for each.

    Every one has a job of its own, which finds it done, or says why it cannot be.
    """
    ends = time.monotonic() + min(MOST_SECONDS, current_settings().job_timeout / 4)
    waiting = certificates.find({"state": "pending"}, {"_id": 1}, limit=MOST_OTHERS)
    random.shuffle(waiting)  # so that two workers rarely take the same
    for each in waiting:
        if time.monotonic() > ends:
            return
        try:
            issue(each["_id"])
        except Exception as error:
            log.warning("certificate_left", certificate=str(each["_id"]), reason=str(error)[:200])


@transactional
def _keep(certificate: Certificate, fields: Mapping[str, Any]) -> None:
    """Keep it as signed and promise the mail, unless that has been done, or it does not wait any more."""
    issued = {"state": "issued", "issuedAt": certificate["createdAt"]}
    if certificates.store({"_id": certificate["_id"], "state": "pending"}, {**fields, **issued}):
        jobs.mail_issued.promise(certificate["_id"])


def sealed(certificate: Certificate, signer: Signer) -> dict[str, Any]:
    """What is kept of a signed certificate: the credential, its digest, the PDF that carries it."""
    issuer = credential_keys.issuer()
    key = keys.get({"_id": signer.name})
    assert key is not None, "Keys are never deleted."
    document = open_badges.credential(issuer, _achieved(certificate))
    created = max(certificate["createdAt"], key["createdAt"])
    signed = credentials.sign(document, signer, issuer, created)
    pdf = certificate_pdf.draw(printed(certificate, signed))
    digest = hashlib.sha256(signed).hexdigest()
    return {"credential": Binary(signed), "digest": digest, "pdf": Binary(pdf), "keyId": signer.name}


def _achieved(certificate: Certificate) -> Achieved:
    facts = certificate["facts"]
    return Achieved(
        code=certificate["code"],
        recipient=facts["recipientName"],
        email_hash=facts["emailHash"],
        email_salt=facts["emailSalt"],
        course_id=str(certificate["course"]),
        course=facts["courseTitle"],
        about=facts["courseDescription"],
        criteria=facts["criteria"],
        completed_at=facts["completedAt"],
        valid_from=certificate["createdAt"],
        valid_until=certificate.get("validUntil"),
        list=certificate["list"],
        index=certificate["index"],
    )


def printed(certificate: Certificate, signed: bytes) -> Printed:
    """What stands on a certificate that carries this."""
    facts, ends = certificate["facts"], certificate.get("validUntil")
    design = certificate_designs.of_course(certificate["course"])
    return Printed(
        title=facts["title"],
        school=facts["issuerName"],
        colour=current_settings().school_colour,
        recipient=facts["recipientName"],
        course=facts["courseTitle"],
        completed_at=local(facts["completedAt"]),
        issued_at=local(certificate["createdAt"]),
        valid_until=local(ends) if ends else None,
        hours=facts["seconds"] / 3600,
        instructor=facts["instructorName"],
        signatory=facts["signatoryName"],
        signatory_title=facts["signatoryTitle"],
        signature=bytes(design["signature"]) if "signature" in design else None,
        code=codes.shown(certificate["code"]),
        verify_url=verify_url(certificate["code"]),
        credential=signed,
    )


def local(moment: datetime) -> datetime:
    """A stored time at the school."""
    return moment.replace(tzinfo=UTC).astimezone(current_settings().school_zone)


def verify_url(code: str) -> str:
    """Where anybody sees whether it holds."""
    return address_of("verification.page", code=code)
