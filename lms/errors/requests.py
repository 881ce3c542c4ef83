"""What is wrong with a request, whatever it asks for."""

from lms.errors.base import Refusal


class InvalidRequest(Refusal):
    code, message = "validation_failed", "Some of what was sent is not valid."


class InvalidJson(Refusal):
    code, message = "invalid_json", "The body is not valid JSON."


class InvalidId(Refusal):
    code, message = "invalid_id", "An id is 24 hexadecimal characters."


class FormExpired(Refusal):
    status, code = 403, "form_expired"
    message = "This form is too old or was not made here. Open the page again and send it once more."


class UnknownPath(Refusal):
    status, code, message = 404, "not_found", "There is nothing at this address."


class VerbNotAllowed(Refusal):
    status, code, message = 405, "method_not_allowed", "This address does not take that verb."


class ChangedMeanwhile(Refusal):
    status, code, message = 409, "changed_meanwhile", "Somebody has changed this meanwhile. Look at it again first."


class TooLarge(Refusal):
    status, code, message = 413, "too_large", "What was sent is too large."

    @classmethod
    def beyond(cls, most_bytes: int) -> "TooLarge":
        """The refusal that says how much there may be, where that is a megabyte or more."""
        megabytes = most_bytes // 1024**2
        return cls(f"This is too large: at most {megabytes:,} MB." if megabytes else None)


class WrongContentType(Refusal):
    status, code, message = 415, "unsupported_media_type", "Send the body as application/json."


class RateLimited(Refusal):
    status, code, message = 429, "rate_limited", "Too many attempts. Wait a little and try again."
