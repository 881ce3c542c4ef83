"""Taking tables in: the bytes are on the disk before the answer goes out, and all else is done from them."""

import hashlib
from typing import IO, Any

from bson import ObjectId

from lms.controllers.imports.kinds import KINDS
from lms.errors import (
    ChangedMeanwhile,
    Forbidden,
    ImportRunning,
    ImportStateRefused,
    InvalidRequest,
    NotATable,
    TooLarge,
    TooManyImports,
)
from lms.jobs.imports import imports as jobs
from lms.models.accounts.sessions import Caller
from lms.models.actors import actor, staff_act
from lms.models.base import now
from lms.models.imports.import_files import import_files
from lms.models.imports.imports import Import, ImportOptions, imports
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.imports.imports import ColumnsIn, ImportChangeIn, ImportIn, ImportOptionsIn, StaffImportIn, named
from lms.services.imports import sheets, tables

MOST_BYTES = 8 * 1024 * 1024
MOST_OPEN, MOST_KEPT = 5, 256 * 1024 * 1024
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")
"""How files begin that people take for tables: PDF, pictures, workbooks of before 2007."""


def upload(caller: Caller, form: ImportIn, file: IO[bytes], name: str, key: str | None) -> Import:
    """Keep a file and promise that it is read; the same request again (by its key) is answered with the same import."""
    _require_whole(caller, form)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge.beyond(MOST_BYTES)
    if not content or not _may_be_a_table(content):
        raise NotATable
    made = _new(caller, form, content, name, key)
    return _keep(made, content)


def upload_of_staff(form: StaffImportIn, file: IO[bytes], name: str) -> Import:
    """The same by an administrator at `/admin`, who looks at it before it is started."""
    options = ImportOptionsIn(
        sendInvitations=form.invitations == "send", onExisting=form.on_existing, encoding=form.encoding
    )
    whole = ImportIn(kind=form.kind, courseId=form.course_id, options=options)
    return upload(staff_caller(), whole, file, name, None)


def staff_caller() -> Caller:
    """Whoever acts at `/admin` as a caller of the API."""
    user_id = actor().id
    assert user_id is not None, "Staff are somebody."
    return Caller(user_id, "admin", user_id)


def _require_whole(caller: Caller, form: ImportIn) -> None:
    if form.kind == "learners" and caller.role != "admin":
        raise Forbidden
    if form.kind == "questions" and form.course_id is None:
        raise InvalidRequest(errors={"courseId": "Questions belong to a course: name it."})
    if form.kind == "learners" and form.course_id is not None:
        raise InvalidRequest(errors={"courseId": "Learners are put into courses by the column courses."})
    require_known(form.kind, named(form.columns))


def require_known(kind: str, columns: dict[str, str]) -> None:
    """Raise InvalidRequest for a column that is none of ours."""
    known = [each.name for each in KINDS[kind].columns]
    unknown = [each for each in columns if each not in known]
    if unknown:
        sentence = f"There is no such column; there are {', '.join(known)}."
        raise InvalidRequest(errors={f"columns.{each}": sentence for each in unknown})


def _may_be_a_table(content: bytes) -> bool:
    if sheets.is_workbook(content) or any(content.startswith(mark) for mark, _ in tables.MARKS):
        return True
    return b"\0" not in content and not content.startswith(NO_TABLES)


def _new(caller: Caller, form: ImportIn, content: bytes, name: str, key: str | None) -> Import:
    made: Import = {
        "_id": ObjectId(),
        "kind": form.kind,
        "by": caller.id,
        "byRole": "admin" if caller.role == "admin" else "instructor",
        "state": "staging",
        "open": True,
        "file": {"name": name[-200:], "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
        "headers": [],
        "columns": named(form.columns),
        "unknownColumns": [],
        "options": stored(form.options, form.start),
        "preview": [],
        **dict.fromkeys(("total", "faulty", "cursor", "created", "updated", "skipped", "failed", "undone"), 0),  # type: ignore[typeddict-item]
        "createdAt": now(),
        "revision": 1,
    }
    if form.course_id is not None:
        made["course"] = form.course_id
    if key is not None:
        made["key"] = key
    return made


def stored(options: ImportOptionsIn, start: bool) -> ImportOptions:
    return {**options.model_dump(by_alias=True, exclude_none=True), "start": start}  # type: ignore[typeddict-item]


@transactional
def _keep(made: Import, content: bytes) -> Import:
    if "key" in made and (again := imports.get({"by": made["by"], "key": made["key"]}, {"report": 0})):
        return again
    if going_on := imports.going_on(made["file"]["sha256"], made["kind"], made.get("course")):
        raise ImportRunning(errors={"importId": str(going_on["_id"])})
    if imports.count({"by": made["by"], "open": True}) >= MOST_OPEN:
        raise TooManyImports
    if imports.bytes_kept_of(made["by"]) + made["file"]["bytes"] > MOST_KEPT:
        raise TooManyImports(f"Your files of the last thirty days have {MOST_KEPT // 1024**2} MB, which is the most.")
    imports.insert(made)
    import_files.keep(made["_id"], content)
    if staff_act():
        told = {"kind": made["kind"], "course": made.get("course")}
        audit_log.record("import.upload", imports.subject(made), {}, told)
    jobs.stage.promise(made["_id"])
    return made


def change_by_staff(of: Import, columns: dict[str, str], encoding: str) -> Import:
    """The same by an administrator at `/admin`."""
    kept = {name: value for name, value in of["options"].items() if name not in ("start", "encoding")}
    options = ImportOptionsIn.model_validate({**kept, "encoding": encoding or None})
    return change(of, ImportChangeIn(columns=ColumnsIn.model_validate(columns), options=options))


@transactional
def change(of: Import, form: ImportChangeIn) -> Import:
    """Have a file read in another way, before anything of it was written."""
    require_known(of["kind"], named(form.columns))
    if form.revision is not None and form.revision != of["revision"]:
        raise ChangedMeanwhile
    going_on = imports.going_on(of["file"]["sha256"], of["kind"], of.get("course"))
    if going_on and going_on["_id"] != of["_id"]:
        raise ImportRunning(errors={"importId": str(going_on["_id"])})
    fields: dict[str, Any] = {"open": True, "columns": named(form.columns)}
    if form.options is not None:
        fields["options"] = stored(form.options, start=False)
    if imports.count({"_id": of["_id"], "cursor": {"$gt": 0}}) or not imports.enter(
        of["_id"], ("checked", "refused"), "staging", **fields
    ):
        raise ImportStateRefused
    jobs.stage.promise(of["_id"])
    return {**of, "state": "staging"}
