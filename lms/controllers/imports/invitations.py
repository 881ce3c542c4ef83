"""Inviting those for whom an import made an account: so many a minute, so that a large one does not burn the sender."""

import time

from lms.extensions import current_settings
from lms.machinery.rounds import SHARE
from lms.mails.imports import imports as mails
from lms.models.accounts.users import User, users
from lms.models.imports.import_rows import ImportRow, import_rows
from lms.services.accounts import tokens
from lms.services.system import mailer


def send() -> None:
    """Send as many as a minute may have. Who is killed between a mail and its note has it sent once more."""
    ends = time.monotonic() + current_settings().job_timeout * SHARE
    for _ in range(current_settings().import_mails_per_minute):
        row = import_rows.take_invitation() if time.monotonic() < ends else None
        if row is None:
            return
        learner = _invited(row)
        if learner is not None:
            mailer.send(mails.invitation(learner, tokens.invitation(learner)))
        import_rows.invited(row, "sent" if learner else "none")


def _invited(row: ImportRow) -> User | None:
    """Whom the row is about, unless they have found their way in or are gone."""
    ids = [each["id"] for each in row["made"] if each["collection"] == users.name]
    found = users.by_id(ids[0]) if ids else None
    return found if found and "lastSignInAt" not in found and "passwordHash" not in found else None
