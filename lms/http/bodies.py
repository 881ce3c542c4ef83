"""From a request's body, JSON or a form, to the model an endpoint declares."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from lms.errors import InvalidJson, InvalidRequest, TooLarge, WrongContentType
from lms.http import forms
from lms.http.faults import refusal_of
from lms.http.forms import Multipart

M = TypeVar("M", bound=BaseModel)


def body(model: type[M], multipart: Multipart | None = None, required: bool = True) -> M:
    """The JSON or multipart body as `model`, where it is not `required` an empty one too.

    Raises InvalidJson, InvalidRequest, TooLarge or WrongContentType.
    """
    if multipart and request.mimetype == "multipart/form-data":
        return forms.multipart_form(model, multipart)
    raw = read()
    if raw and request.mimetype != "application/json":
        raise WrongContentType
    try:
        found = model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise refusal_of(error) from error
    if required and not raw:
        raise InvalidRequest(errors={"body": "Send a JSON object."})
    return found


def read() -> bytes:
    """The whole body; one sent in chunks has no length beforehand, so a full measure of it counts as too much."""
    try:
        raw = request.get_data(cache=False)
    except HTTPException:
        raise
    except Exception as error:  # gunicorn's errors for broken chunks share no base class but this
        raise InvalidJson("The body arrived broken.") from error
    if request.content_length is None and len(raw) >= (request.max_content_length or 0):
        raise TooLarge
    return raw
