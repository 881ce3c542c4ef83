"""What was sent: JSON or a form with files, read with the leniency of the server these frontends were written for.

Fields that nobody knows are ignored, for they are sent on purpose; what a known one holds our operations look at.
"""

from dataclasses import dataclass
from typing import IO, Any

from flask import request
from pydantic_core import from_json

from lms.errors import InvalidJson, WrongContentType
from lms.http import bodies, forms


@dataclass(frozen=True)
class Sent:
    """The fields, of which a form's may be lists where a name came more than once, and the files by their names."""

    fields: dict[str, Any]
    files: dict[str, IO[bytes]]

    @property
    def file(self) -> IO[bytes] | None:
        """The one file, whatever it is called."""
        return next(iter(self.files.values()), None)


def read(upload_bytes: int) -> Sent:
    """The body of the present request; raises InvalidJson, TooLarge or WrongContentType."""
    if request.mimetype == "multipart/form-data":
        return _form(upload_bytes)
    raw = bodies.read()
    if not raw:
        return Sent({}, {})
    if request.mimetype != "application/json":
        raise WrongContentType
    try:
        found = from_json(raw)
    except ValueError as error:
        raise InvalidJson from error
    return Sent(found if isinstance(found, dict) else {"body": found}, {})


def _form(upload_bytes: int) -> Sent:
    forms.open_multipart(upload_bytes)
    fields = {name: values if len(values) > 1 else values[0] for name, values in request.form.lists() if name}
    files = {
        name: forms.bounded(file.stream, upload_bytes) for name, file in request.files.items() if name and file.filename
    }
    return Sent(fields, files)
