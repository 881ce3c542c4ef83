"""Refusals about certificates."""

from lms.errors.base import Refusal


class CertificateNotFound(Refusal):
    status, code, message = 404, "certificate_not_found", "There is no such certificate."


class CertificatesOff(Refusal):
    status, code, message = 409, "certificates_off", "This course gives no certificates."


class CertificateNotReady(Refusal):
    status, code, message = 409, "not_ready", "The certificate is being signed. Ask again in a moment."


class CertificateRevoked(Refusal):
    status, code, message = 410, "revoked", "This certificate does not hold any more."


class CertificateStateRefused(Refusal):
    status, code, message = 409, "certificate_state", "The certificate is not in a state for this."


class CredentialKeyRefused(Refusal):
    status, code, message = 409, "credential_key", "There is no key that could sign certificates."
