"""Signing certificates, and telling their holders."""

from bson import ObjectId

from lms.controllers.certificates import backfills, issuing, own, resigning
from lms.machinery.registry import job
from lms.mails.certificates import certificates as mails
from lms.models.accounts.users import users
from lms.models.catalogue.courses import courses
from lms.models.certificates.certificates import certificates
from lms.services.system import mailer


@job(queue="default", about=certificates)
def issue(certificate_id: ObjectId) -> None:
    """Sign a certificate and draw it."""
    issuing.issue(certificate_id)
    issuing.issue_others()


@job(queue="mail", about=certificates)
def mail_issued(certificate_id: ObjectId) -> None:
    """Mail a certificate to its holder."""
    certificate = certificates.get({"_id": certificate_id, "state": "issued"})
    holder = users.by_id(certificate["user"]) if certificate else None
    if certificate and holder:
        links = issuing.verify_url(certificate["code"]), own.linked_in_url(certificate)
        mailer.send(mails.issued(holder, certificate, *links))


@job(queue="mail", about=certificates)
def mail_revoked(certificate_id: ObjectId) -> None:
    """Tell a holder that their certificate does not hold any more."""
    certificate = certificates.get({"_id": certificate_id, "state": "revoked"})
    holder = users.by_id(certificate["user"]) if certificate else None
    if certificate and holder:
        mailer.send(mails.revoked(holder, certificate))


@job(queue="default", about=courses)
def backfill(course_id: ObjectId, after: ObjectId) -> None:
    """Award everybody who has completed a course, some seconds' worth at a time."""
    backfills.go_on(course_id, after)


@job(queue="default")
def resign(key: str) -> None:
    """Sign anew what a compromised key signed, some seconds' worth at a time."""
    resigning.go_on(key)
