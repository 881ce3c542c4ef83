"""From a template's name and its facts to a message with both a text and an HTML body."""

from typing import Any

from flask import render_template
from flask_mail import Message

from lms.extensions import current_settings


def render(template: str, to: str, subject: str, **facts: Any) -> Message:
    """`templates/mail/<template>.txt` and `.html`, rendered for one reader."""
    facts |= {"subject": subject, "frontend": current_settings().frontend_url.rstrip("/")}
    return Message(
        subject=subject,
        recipients=[to],
        body=render_template(f"mail/{template}.txt", **facts),
        html=render_template(f"mail/{template}.html", **facts),
    )
