"""Certificates, and their end."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.certificates.certificates import Certificate
from lms.services.certificates import codes

WHY = {
    "superseded": "It was replaced by another one.",
    "issued_in_error": "It was issued in error.",
    "misconduct": "The school found that the rules of the course were not kept.",
    "refunded": "The price of the course went back to you.",
    "holder_asked": "You asked for that.",
}


def issued(holder: User, certificate: Certificate, verify_url: str, linked_in_url: str) -> Message:
    """With the certificate as PDF."""
    facts, code = certificate["facts"], codes.shown(certificate["code"])
    about = {"title": facts["courseTitle"], "verify_url": verify_url, "linked_in_url": linked_in_url}
    subject = f"Your certificate: {facts['courseTitle']}"
    message = render("certificate_issued", holder["email"], subject, user=holder, code=code, **about)
    message.attach(f"{code}.pdf", "application/pdf", bytes(certificate["pdf"]))
    return message


def revoked(holder: User, certificate: Certificate) -> Message:
    about = {"title": certificate["facts"]["courseTitle"], "code": codes.shown(certificate["code"])}
    why = WHY[certificate["reason"]["kind"]]
    return render("certificate_revoked", holder["email"], "Your certificate was revoked", user=holder, why=why, **about)
