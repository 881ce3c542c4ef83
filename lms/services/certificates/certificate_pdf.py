"""Certificates as PDF: landscape A4, with the signed credential inside; the same facts give the same bytes."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.services.system import paper

TEMPLATE = "certificate.typ"


@dataclass(frozen=True)
class Printed:
    """What stands on a certificate; without a `code` it is a specimen, times know their zone."""

    title: str
    school: str
    colour: str
    recipient: str
    course: str
    completed_at: datetime
    issued_at: datetime
    valid_until: datetime | None
    hours: float
    instructor: str
    signatory: str
    signatory_title: str
    signature: bytes | None
    code: str
    verify_url: str
    credential: bytes


def draw(printed: Printed) -> bytes:
    """The certificate as a PDF of one page."""
    return paper.typeset(TEMPLATE, _facts(printed), printed.issued_at, printed.verify_url, _more(printed))


def inputs_of(printed: Printed) -> dict[str, str]:
    """What the template is given."""
    return {**paper.inputs(_facts(printed), printed.verify_url), **_more(printed)}


def _facts(printed: Printed) -> dict[str, Any]:
    own = (printed.signatory, printed.signatory_title)
    return {
        "title": printed.title,
        "school": printed.school,
        "colour": printed.colour,
        "recipient": printed.recipient,
        "course": printed.course,
        "line": " · ".join(filter(None, [_hours(printed.hours), f"completed on {_day(printed.completed_at)}"])),
        "signatory": own if printed.signatory else (printed.instructor, "Instructor"),
        "issued": _day(printed.issued_at),
        "ends": _day(printed.valid_until) if printed.valid_until else "",
        "code": printed.code,
        "verify": printed.verify_url,
    }


def _more(printed: Printed) -> dict[str, str]:
    return {"credential": printed.credential.decode(), "hand": _svg(printed.signature) if printed.signature else ""}


def _hours(hours: float) -> str:
    if hours < 0.95:
        return f"{round(hours * 60)} minutes" if hours * 60 >= 1 else ""
    return f"{hours:.0f} hour{'' if round(hours) == 1 else 's'}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _svg(png: bytes) -> str:
    """A picture in a form that can be given as text."""
    data = base64.b64encode(png).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200">'
        f'<image width="600" height="200" href="data:image/png;base64,{data}"/></svg>'
    )
