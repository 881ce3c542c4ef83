"""What people read when what they sent is not valid."""

from typing import Any

from pydantic import ValidationError

from lms.errors import InvalidJson, InvalidRequest
from lms.errors.sentences import sentence_of
from lms.schemas.fields import FORMS

MOST_FAULTS = 50


def refusal_of(error: ValidationError) -> InvalidJson | InvalidRequest:
    if error.error_count() > MOST_FAULTS:
        return InvalidRequest("Far too much of what was sent is not valid.")
    faults = error.errors(include_url=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return InvalidJson()
    errors: dict[str, str] = {}
    for fault in faults:
        name = ".".join(str(part) for part in fault["loc"]) or "body"
        errors.setdefault(name, _sentence(fault))
    return InvalidRequest(errors=errors)


def _sentence(fault: Any) -> str:
    if fault["type"] == "string_pattern_mismatch" and (form := FORMS.get(fault["ctx"]["pattern"])):
        return form
    return sentence_of(fault)
