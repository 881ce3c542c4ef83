"""The mails the development SMTP sink received, as a page and as JSON."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from typing import Any, TypedDict

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from markupsafe import Markup, escape

bp = Blueprint("mailbox", __name__)

SHOWN_ON_PAGE = 50
_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
# The frames inherit this policy, and the styles of a mail are inline.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Mail(TypedDict):
    """One received mail; `at` is ISO 8601 in UTC, an absent body is empty."""

    to: str
    subject: str
    text: str
    html: str
    at: str


def read_mailbox(directory: Path, to: str | None = None, limit: int = 100) -> list[Mail]:
    """Return the newest mails, newest first, or only those to one address, compared without case."""
    wanted = to.strip().lower() if to else ""
    mails: list[Mail] = []
    for file in sorted(directory.glob("*.eml"), reverse=True):
        if len(mails) == limit:
            break
        try:
            content, at = file.read_bytes(), file.stat().st_mtime
        except FileNotFoundError:
            # The sink drops old mails at any time.
            continue
        # Most mails are to somebody else, and parsing is the slow part.
        if wanted.encode(errors="replace") not in content.lower():
            continue
        message = message_from_bytes(content, _class=EmailMessage, policy=default)
        recipients = _recipients(message)
        if not wanted or wanted in (address.lower() for address in recipients):
            mails.append(_as_mail(message, recipients, at))
    return mails


@bp.get("/sandbox/mailbox.json")
def as_json() -> Response:
    """Answer the mails as a JSON list."""
    answer = jsonify(_requested(limit=100))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/sandbox/mailbox")
def as_page() -> Response:
    """Answer the mails as a page for a person."""
    mails = _requested(limit=SHOWN_ON_PAGE)
    page = make_response(render_template("sandbox/mailbox.html", mails=mails, to=request.args.get("to", "")))
    page.headers["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.app_template_filter("linked")
def linked(text: str) -> Markup:
    """Return plain text as HTML in which web addresses are links."""
    pieces, end = [], 0
    for found in _LINK.finditer(text):
        url = escape(found[0])
        pieces += [
            escape(text[end : found.start()]),
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(url),
        ]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _requested(limit: int) -> list[Mail]:
    return read_mailbox(Path(current_app.config["MAILBOX_DIR"]), request.args.get("to"), limit)


def _recipients(message: EmailMessage) -> list[str]:
    # Delivered-To is what the sink was told, blind copies included.
    headers = message.get_all("Delivered-To") or message.get_all("To") or []
    return [address for _, address in getaddresses([_clean(header) for header in headers])]


def _as_mail(message: EmailMessage, recipients: list[str], at: float) -> Mail:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return {
        "to": ", ".join(recipients),
        "subject": _clean(message.get("Subject", "")),
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "at": moment.replace("+00:00", "Z"),
    }


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    try:
        text = content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        text = content.decode(errors="replace")
    return text.replace("\r\n", "\n")


def _clean(header: Any) -> str:
    # Bytes that are not ASCII arrive as surrogates, which no encoder takes.
    return str(header).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
