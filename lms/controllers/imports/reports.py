"""What became of a table: drawn once when it has ended, and the rows that failed as a file to mend and send again."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from bson import ObjectId

from lms.controllers.imports import staging
from lms.extensions import current_settings
from lms.jobs.imports import imports as jobs
from lms.models.accounts.users import name_of, users
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import Import, imports
from lms.models.transactions import transactional
from lms.services.imports import report_pdf
from lms.services.system.csv_cells import harmless

LISTED = 1000
"""Rows that failed, and rows that made something, at the most."""


def make(import_id: ObjectId) -> None:
    """Draw the report of an import that has ended, and promise the mail."""
    of = imports.get({"_id": import_id, "state": {"$in": ["done", "cancelled", "undone"]}})
    if of is not None and "swept" not in of:
        _keep(of, report_pdf.draw(_facts(of), now().astimezone(current_settings().school_zone)))


@transactional
def _keep(of: Import, pdf: bytes) -> None:
    if imports.update({"_id": of["_id"], "revision": of["revision"]}, {"$set": {"report": pdf}}):
        jobs.mail_report.promise(of["_id"])


def _facts(of: Import) -> dict[str, Any]:
    uploader = users.raw.find_one({"_id": of["by"]}, {"firstName": 1, "lastName": 1})
    course = courses.get({"_id": of["course"]}, {"title": 1}) if "course" in of else None
    failed = import_rows.first(of["_id"], "failed", LISTED)
    created = import_rows.first(of["_id"], "created", LISTED)
    return {
        **{name: of[name] for name in ("kind", "state", "total", "cursor", "created", "updated", "skipped", "failed")},
        "undone": of["undone"],
        "file": of["file"],
        "by": name_of(uploader) if uploader else "",
        "course": course["title"] if course else "",
        "startedAt": of.get("startedAt"),
        "finishedAt": of.get("finishedAt"),
        "reasons": import_rows.reasons(of["_id"]),
        "failedRows": [(each["line"], " · ".join(each["shown"]), each.get("reason", "")) for each in failed],
        "createdRows": [(each["line"], " · ".join(each["shown"])) for each in created],
    }


def failures(of: Import) -> Iterator[str]:
    """The rows that failed as they were uploaded, with `line` and `reason`; raises Unreadable without the file."""
    table = staging.understand(of).table
    cells = dict(table.lines)
    yield "\ufeff" + _written([*table.headers, "line", "reason"])
    for each in import_rows.failed_lines(of["_id"]):
        row = cells.get(each["line"], [])
        padding = [""] * (len(table.headers) - len(row))
        yield _written([*map(harmless, [*row, *padding]), str(each["line"]), harmless(each.get("reason", ""))])


def _written(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
