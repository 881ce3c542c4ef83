"""Refusals about the machinery, and what is said when it fails."""

from lms.errors.base import Refusal


class JobNotFound(Refusal):
    status, code, message = 404, "job_not_found", "There is no such job."


class AuditRowNotFound(Refusal):
    status, code, message = 404, "audit_row_not_found", "There is no such row in the audit log."


class JobNotFailed(Refusal):
    status, code, message = 409, "job_not_failed", "The job has not failed, or somebody has seen to it already."


class Crashed(Refusal):
    status, code, message = 500, "internal_error", "Something went wrong on our side. It has been noted."


class Unavailable(Refusal):
    status, code, message = 503, "unavailable", "A part of the service is down. Try again in a moment."
