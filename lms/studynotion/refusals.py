"""What these frontends are told when something is refused: they show one sentence, and never look at `errors`."""

from flask import Response, jsonify, make_response

from lms.errors import InvalidRequest, Refusal, SecondStepRequired
from lms.extensions import current_settings


def told(refusal: Refusal) -> str:
    """Every sentence there is: about fields of the request with their names, else the refusal's own first."""
    if isinstance(refusal, SecondStepRequired):
        return f"Administrators do this at {current_settings().base_url}/admin."
    errors = refusal.errors or {}
    if errors and isinstance(refusal, InvalidRequest):
        return " ".join(f"{name}: {sentence}" for name, sentence in errors.items())
    return " ".join(dict.fromkeys([refusal.sentence, *errors.values()]))


def rendered(refusal: Refusal) -> Response:
    body = {"success": False, "message": told(refusal), "code": refusal.code}
    response = make_response(jsonify(body), refusal.status)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, refusal.retry_after))
    return response
