"""Mails about imported tables."""

from flask_mail import Message

from lms.mails.messages import render
from lms.models.accounts.users import User
from lms.models.imports.imports import Import

OUTCOMES = ("created", "updated", "skipped", "failed")


def report(uploader: User, of: Import) -> Message:
    """What became of a table, the whole report attached."""
    counts = [(name, of[name]) for name in OUTCOMES]  # type: ignore[literal-required]
    subject = {"undone": "Your import is undone", "cancelled": "Your import was cancelled"}.get(of["state"])
    facts = {
        "user": uploader,
        "file": of["file"]["name"],
        "counts": counts,
        "undone": of["undone"],
        "state": of["state"],
    }
    message = render("import_report", uploader["email"], subject or "Your import is finished", **facts)
    message.attach("report.pdf", "application/pdf", bytes(of["report"]))
    return message


def refused(uploader: User, of: Import) -> Message:
    facts = {"user": uploader, "file": of["file"]["name"], "reason": of.get("reason", "")}
    return render("import_refused", uploader["email"], "Your file could not be imported", **facts)


def invitation(learner: User, token: str) -> Message:
    """An account that was made for somebody, and the way in."""
    return render("invitation", learner["email"], "Your account is ready", user=learner, token=token)
