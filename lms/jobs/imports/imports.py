"""Tables on their way into the school: read, written, reported on, and their learners invited."""

from bson import ObjectId

from lms.controllers.imports import invitations, reports, rounds, staging, upkeep
from lms.machinery.registry import job
from lms.mails.imports import imports as mails
from lms.models.accounts.users import users
from lms.models.imports.imports import imports
from lms.services.system import mailer


@job(queue="bulk", about=imports)
def stage(import_id: ObjectId) -> None:
    """Read an uploaded table and have its rows wait."""
    staging.stage(import_id)


@job(queue="bulk", about=imports)
def go_on(import_id: ObjectId) -> None:
    """Write rows of a table, some seconds' worth at a time."""
    rounds.go_on(import_id)


@job(queue="bulk", every="* * * * * */10")
def take_up() -> None:
    """Go on with tables that nobody is at."""
    rounds.take_up()


@job(queue="bulk", every="* * * * *")
def invite() -> None:
    """Invite learners for whom tables made accounts, so many a minute."""
    invitations.send()


@job(queue="bulk", about=imports)
def report(import_id: ObjectId) -> None:
    """Draw the report of a table."""
    reports.make(import_id)


@job(queue="mail", about=imports)
def mail_report(import_id: ObjectId) -> None:
    """Mail the report of a table to who uploaded it."""
    of = imports.get({"_id": import_id, "report": {"$exists": True}})
    uploader = users.by_id(of["by"]) if of else None
    if of and uploader:
        mailer.send(mails.report(uploader, of))


@job(queue="mail", about=imports)
def mail_refused(import_id: ObjectId) -> None:
    """Tell who uploaded a file why it cannot be imported."""
    of = imports.get({"_id": import_id, "state": "refused"})
    uploader = users.by_id(of["by"]) if of else None
    if of and uploader:
        mailer.send(mails.refused(uploader, of))


@job(queue="bulk", every="50 3 * * *")
def sweep() -> None:
    """Let go of files, rows and reports of tables thirty days after their end."""
    upkeep.sweep()
