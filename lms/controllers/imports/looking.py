"""What is shown of imports: how far they are, what became of rows, the files that come of them."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.imports import reports
from lms.controllers.imports.kinds import KINDS
from lms.errors import ImportNotFound, ImportNotReady, UnknownPath
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import name_of, users
from lms.models.base import Filter, Page, now
from lms.models.catalogue.courses import courses
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import Import, imports
from lms.results import File
from lms.schemas.imports.imports import ImportRowsQuery, ImportsQuery
from lms.services.imports import templates
from lms.services.imports.unreadable import Unreadable

COUNTED = ("total", "faulty", "created", "updated", "skipped", "failed", "undone")
ENDED = ("done", "cancelled", "undoing", "undone")


def page(caller: Caller, query: ImportsQuery) -> Page[dict[str, Any]]:
    """The imports of the caller, or all of them for administrators, the newest first."""
    where: Filter = {} if caller.role == "admin" else {"by": caller.id}
    if query.kind is not None:
        where = {**where, "kind": query.kind}
    if query.state is not None:
        where = {**where, "state": query.state}
    unset = [{"$unset": ["report", "preview"]}]
    found = imports.page(where, unset, {"createdAt": -1, "_id": -1}, query.page, query.limit)
    return Page([shown(each) for each in found.items], found.total, found.page, found.limit)


def shown(of: Mapping[str, Any]) -> dict[str, Any]:
    """An import with how far it is: `percent` of its rows, and `etaSeconds` while it runs."""
    return {
        "id": of["_id"],
        "courseId": of.get("course"),
        **{name: of[name] for name in ("kind", "state", "file", "columns", "unknownColumns", "headers", "revision")},
        **{name: of[name] for name in COUNTED},
        "done": of["cursor"],
        "percent": 100 * of["cursor"] // of["total"] if of["total"] else 0,
        "etaSeconds": _eta(of),
        "options": of["options"],
        "preview": of.get("preview", []),
        "reason": of.get("reason"),
        **{name: of.get(name) for name in ("createdAt", "startedAt", "finishedAt")},
    }


def _eta(of: Mapping[str, Any]) -> int | None:
    if of["state"] != "running" or not of["cursor"]:
        return None
    passed: float = (now() - of["startedAt"]).total_seconds()
    return int(passed * (of["total"] - of["cursor"]) / of["cursor"])


def import_file(import_id: ObjectId) -> Any:
    """An import with what its staff page tells beside it: whose it is, and of which course."""
    of: Any = imports.get({"_id": import_id})
    if of is None:
        raise ImportNotFound
    uploader = users.raw.find_one({"_id": of["by"]}, {"firstName": 1, "lastName": 1})
    course = courses.get({"_id": of["course"]}, {"title": 1}) if "course" in of else None
    told = {"uploader": name_of(uploader) if uploader else "", "course_title": course["title"] if course else ""}
    return {**of, **told, "has_report": of.pop("report", None) is not None}


def rows(of: Import, query: ImportRowsQuery) -> Page[dict[str, Any]]:
    """What became of its rows, in the order of the file."""
    where: Filter = {"importId": of["_id"]}
    if query.outcome is not None:
        where = {**where, "outcome": query.outcome}
    found = import_rows.page(where, [], {"row": 1}, query.page, query.limit)
    return Page([_shown_row(each) for each in found.items], found.total, found.page, found.limit)


def _shown_row(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row.get(name) for name in ("line", "outcome", "code", "reason", "field", "shown", "at")}
    return {"row": row["row"], **told, "undone": row.get("undone", False)}


def report(import_id: ObjectId) -> File:
    """The report of an import that has ended."""
    of = imports.get({"_id": import_id}, {"report": 1, "file": 1})
    if of is None or "report" not in of:
        raise ImportNotReady
    return File("import-report.pdf", "application/pdf", bytes(of["report"]))


def failures(of: Import) -> File:
    """The rows that failed, to be mended and sent again."""
    if of["state"] not in ENDED or "swept" in of:
        raise ImportNotReady
    try:
        content = "".join(reports.failures(of))
    except Unreadable:
        raise ImportNotReady from None
    return File("failures.csv", "text/csv", content.encode(), to_save=True)


def template(kind: str) -> File:
    """A file to begin with: our columns, and two rows as examples."""
    if kind not in KINDS:
        raise UnknownPath
    columns = KINDS[kind].columns
    content = templates.csv_of([(each.name, each.examples) for each in columns])
    return File(f"{kind}.csv", "text/csv", content, to_save=True)
