"""What these frontends are told when something is refused: they show one sentence, and never look at `errors`."""

from flask import Response, jsonify, make_response

from lms.errors import Refusal


def told(refusal: Refusal) -> str:
    """Every sentence there is about the fields, or the refusal's own."""
    if not refusal.errors:
        return refusal.sentence
    return " ".join(f"{name}: {sentence}" for name, sentence in refusal.errors.items())


def rendered(refusal: Refusal) -> Response:
    body = {"success": False, "message": told(refusal), "code": refusal.code}
    response = make_response(jsonify(body), refusal.status)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(max(1, refusal.retry_after))
    return response
