"""Uploading tables, and what is told of them."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Json

from lms.models.imports.import_rows import Outcome
from lms.models.imports.imports import ImportKindName, ImportState
from lms.schemas.fields import Id, In, Line, Moment, Out, OutId, PageQuery, Whole

Header = Annotated[Line, Field(min_length=1, max_length=200)]
Columns = Annotated[dict[Annotated[str, Field(max_length=40)], Header], Field(max_length=60)]


class ImportOptionsIn(In):
    """`onExisting`: whether people who have an account are renamed. And what the file is to be read with."""

    send_invitations: bool = True
    on_existing: Literal["skip", "update"] = "skip"
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    sheet: Annotated[str, Field(max_length=100)] | None = None


class ImportIn(In):
    """`columns` is a JSON object of our columns and the headers that are meant, where their names do not tell."""

    kind: ImportKindName
    course_id: Annotated[Id | None, BeforeValidator(lambda value: None if value == "" else value)] = None
    columns: Json[Columns] = Field(default_factory=dict)
    options: ImportOptionsIn = ImportOptionsIn()
    start: bool = False


class StaffImportIn(In):
    """The form of the staff page."""

    kind: ImportKindName
    course_id: Id | None = None
    encoding: Literal["utf-16", "windows-1252"] | None = None
    on_existing: Literal["skip", "update"] = "skip"
    invitations: Literal["send", "none"] = "send"


class ImportChangeIn(In):
    """`revision` is the one that was looked at."""

    columns: Columns | None = None
    options: ImportOptionsIn | None = None
    revision: Annotated[int, Field(ge=1, strict=True), Whole] | None = None


class ImportsQuery(PageQuery):
    kind: ImportKindName | None = None
    state: ImportState | None = None


class ImportRowsQuery(PageQuery):
    limit: int = Field(100, ge=1, le=500, description="How many a page.")
    outcome: Outcome | None = None


class ImportFileOut(Out):
    name: str
    bytes: int
    sha256: str
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class ImportOut(Out):
    """`done` of `total` rows are finished, `faulty` are those with a fault; `preview` are the first as understood."""

    id: OutId
    kind: ImportKindName
    courseId: OutId | None
    state: ImportState
    file: ImportFileOut
    headers: list[str]
    columns: dict[str, str]
    unknownColumns: list[str]
    options: dict[str, Any]
    preview: list[dict[str, str]]
    total: int
    done: int
    percent: int
    etaSeconds: int | None
    faulty: int
    created: int
    updated: int
    skipped: int
    failed: int
    undone: int
    reason: str | None
    revision: int
    createdAt: Moment
    startedAt: Moment | None
    finishedAt: Moment | None


class ImportRowOut(Out):
    """`line` is that of the file; `field` the column that is wrong; `shown` the first cells."""

    row: int
    line: int
    outcome: Outcome
    code: str | None
    reason: str | None
    field: str | None
    shown: list[str]
    undone: bool
    at: Moment
