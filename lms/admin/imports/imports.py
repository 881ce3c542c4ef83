"""Imports: uploading a table, looking at what was understood of it, and deciding what becomes of it."""

from typing import Any, ClassVar

from bson import ObjectId
from flask import Response, request, url_for

from lms.admin.filters import Between, OneOf
from lms.admin.formats import badge, moment, number
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.imports import decisions, looking, uploads
from lms.controllers.imports.kinds import KINDS
from lms.http import forms, responses
from lms.models.imports.imports import imports
from lms.schemas.imports.imports import ImportRowsQuery, StaffImportIn

STATES = ("staging", "checked", "running", "paused", "done", "cancelled", "refused", "undoing", "undone")
OUTCOMES = ("failed", "skipped", "created", "updated")
ENCODINGS = [("", "told by the file, or UTF-8"), ("windows-1252", "Windows-1252 (Excel)"), ("utf-16", "UTF-16")]
KIND_NAMES = [("learners", "Learners"), ("enrollments", "Enrolments"), ("questions", "Questions of a course")]
ROWS = 100


class ImportsView(ListView):
    slug, title, group, allow = "imports", "Imports", "People", USERS
    collection = imports
    stages = ({"$unset": ["report", "preview"]},)
    lead = "Tables of learners, enrolments and questions. Files and reports are kept for thirty days after the end."
    empty = "Nothing has been imported yet."
    list_template = "staff/imports.html"
    columns = (
        Column("file.name", "File", link=True),
        Column("kind", "Of", badge),
        Column("state", "State", badge),
        Column("cursor", "Done", number),
        Column("total", "Rows", number),
        Column("created", "Created", number),
        Column("updated", "Updated", number),
        Column("skipped", "Skipped", number),
        Column("failed", "Failed", number),
        Column("createdAt", "Uploaded", moment, sort=True),
    )
    filters: ClassVar[Any] = (
        OneOf("state", "State", STATES),
        OneOf("kind", "Of", tuple(KINDS)),
        Between("createdAt", "Uploaded"),
    )
    default_sort = ("createdAt", -1)

    @page("/new", allow=ADMINS)
    def new(self) -> str:
        return self.show("staff/import_new.html", kinds=KIND_NAMES, encodings=ENCODINGS, columns=KINDS)

    @action("/new", allow=ADMINS, again="new", upload_bytes=uploads.MOST_BYTES)
    def upload(self) -> Response:
        form = read_form(StaffImportIn)
        file = forms.page_upload("file", uploads.MOST_BYTES)
        made = uploads.upload_of_staff(form, file, forms.file_name())
        return self.done("The file is being read. Its report will be mailed to you.", ".details", import_id=made["_id"])

    @page("/<oid:import_id>")
    def details(self, import_id: ObjectId) -> str:
        of = looking.import_file(import_id)
        outcome = request.args.get("outcome", "failed" if of["failed"] else "created")
        query = ImportRowsQuery(
            outcome=outcome if outcome in OUTCOMES else "failed",
            page=max(1, min(request.args.get("page", 1, type=int), 500)),
            limit=ROWS,
        )
        return self.show(
            "staff/import.html",
            it=of,
            rows=looking.rows(of, query),
            outcome=query.outcome,
            outcomes=OUTCOMES,
            columns=[each.name for each in KINDS[of["kind"]].columns],
            encodings=ENCODINGS,
        )

    @action("/<oid:import_id>/change", allow=ADMINS, again="details")
    def change(self, import_id: ObjectId) -> Response:
        of = looking.import_file(import_id)
        sent = request.form.items()
        columns = {name.removeprefix("column-"): value for name, value in sent if name.startswith("column-")}
        uploads.change_by_staff(of, columns, request.form.get("encoding", ""))
        return self.done("The file is read again.", ".details", import_id=import_id)

    @action("/<oid:import_id>/start", allow=ADMINS, again="details")
    def start(self, import_id: ObjectId) -> Response:
        return self._decided(decisions.start, import_id, "It has begun. The report is mailed at the end.")

    @action("/<oid:import_id>/pause", allow=ADMINS, again="details")
    def pause(self, import_id: ObjectId) -> Response:
        return self._decided(decisions.pause, import_id, "It stands still.")

    @action("/<oid:import_id>/resume", allow=ADMINS, again="details")
    def resume(self, import_id: ObjectId) -> Response:
        return self._decided(decisions.resume, import_id, "It goes on.")

    @action("/<oid:import_id>/cancel", allow=ADMINS, again="details")
    def cancel(self, import_id: ObjectId) -> Response:
        return self._decided(decisions.cancel, import_id, "It is cancelled. What was written stays.")

    @action("/<oid:import_id>/undo", allow=ADMINS, again="details")
    def undo(self, import_id: ObjectId) -> Response:
        return self._decided(decisions.undo, import_id, "What nobody has used is being taken back.")

    @action("/<oid:import_id>/mail", allow=ADMINS, again="details")
    def mail(self, import_id: ObjectId) -> Response:
        decisions.mail_report_again(import_id)
        return self.done("The report is mailed again.", ".details", import_id=import_id)

    @page("/<oid:import_id>/report.pdf")
    def report(self, import_id: ObjectId) -> Response:
        return responses.file(looking.report(import_id))

    @page("/<oid:import_id>/failures.csv")
    def failures(self, import_id: ObjectId) -> Response:
        return responses.file(looking.failures(looking.import_file(import_id)))

    @page("/template/<string:kind>.csv")
    def template(self, kind: str) -> Response:
        return responses.file(looking.template(kind))

    def _decided(self, decide: Any, import_id: ObjectId, sentence: str) -> Response:
        decide(looking.import_file(import_id))
        return self.done(sentence, ".details", import_id=import_id)

    def waiting(self) -> int:
        """Those that wait for somebody to start them."""
        return imports.count({"state": "checked"})

    def address_of(self, row: Any) -> str:
        return url_for("staff_imports.details", import_id=row["_id"])
