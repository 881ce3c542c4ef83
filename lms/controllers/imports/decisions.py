"""What is decided on an import: that it begins, stands still, goes on, ends, is taken back."""

from datetime import timedelta

from bson import ObjectId

from lms.errors import ImportStateRefused
from lms.jobs.imports import imports as jobs
from lms.models.actors import staff_act
from lms.models.base import now
from lms.models.imports.imports import Import, ImportState, imports
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional

UNDONE_WITHIN = timedelta(days=7)


@transactional
def start(of: Import) -> None:
    """Begin to write its rows."""
    _enter(of, ("checked",), "running", "import.start")
    jobs.go_on.promise(of["_id"])


@transactional
def pause(of: Import) -> None:
    """Stand still after the rows that are being written."""
    _enter(of, ("running",), "paused", "import.pause")


@transactional
def resume(of: Import) -> None:
    _enter(of, ("paused",), "running", "import.resume")
    jobs.go_on.promise(of["_id"])


@transactional
def cancel(of: Import) -> None:
    """End it; what is written stays, and the report says so."""
    _enter(of, ("staging", "checked", "running", "paused"), "cancelled", "import.cancel")
    jobs.report.promise(of["_id"])


@transactional
def undo(of: Import) -> None:
    """Take back what nobody has used, within a week of the end."""
    if "finishedAt" not in of or of["finishedAt"] < now() - UNDONE_WITHIN:
        raise ImportStateRefused("An import can be undone for a week after its end.")
    _enter(of, ("done", "cancelled"), "undoing", "import.undo")
    jobs.go_on.promise(of["_id"])


@transactional
def mail_report_again(import_id: ObjectId) -> None:
    """Promise the mail of the report once more."""
    if imports.get({"_id": import_id, "report": {"$exists": True}}, {"_id": 1}) is None:
        raise ImportStateRefused
    jobs.mail_report.promise(import_id)


def _enter(of: Import, before: tuple[ImportState, ...], state: ImportState, action: str) -> None:
    if not imports.enter(of["_id"], before, state):
        raise ImportStateRefused
    if staff_act():
        audit_log.record(action, imports.subject(of), {"state": of["state"]}, {"state": state})
