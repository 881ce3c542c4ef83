"""Uploading tables, and what is told of them."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model

from lms.models.imports.import_rows import Outcome
from lms.models.imports.imports import ImportKindName, ImportState
from lms.schemas.fields import Id, In, Line, Moment, Out, OutId, PageQuery, Whole
from lms.services.imports.gift import LETTERS

Header = Annotated[Line, Field(max_length=200)]
CHOICES = tuple(f"choice{letter}" for letter in LETTERS)
NAMES = (
    *("email", "firstName", "lastName", "contactNumber", "courses", "course", "enrolledAt", "amountPaid"),
    *("kind", "body", "key", "points", "tags", "explanation", *CHOICES),
)
"""Every column that there is, of tables of every kind."""

if TYPE_CHECKING:
    ColumnsIn = In
else:
    ColumnsIn = create_model(
        "ColumnsIn",
        __base__=In,
        __module__=__name__,
        __doc__="The header of the file that is meant by each of our columns.",
        **{name: (Header | None, Field(None, alias=name)) for name in NAMES},
    )


class ImportOptionsIn(In):
    """`onExisting`: whether people who have an account are renamed. And what the file is to be read with."""

    send_invitations: bool = True
    on_existing: Literal["skip", "update"] = "skip"
    encoding: Literal["utf-8", "utf-16", "windows-1252"] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    sheet: Annotated[Line, Field(max_length=100)] | None = None


def named(columns: ColumnsIn) -> dict[str, str]:
    """The columns for which a header was named, or nothing, which leaves a column out."""
    return {name: header for name, header in columns.model_dump(by_alias=True).items() if header is not None}


class ImportIn(In):
    """`columns` name the headers that are meant by our columns, where they do not tell by themselves.

    An empty text leaves a column out.
    """

    kind: ImportKindName
    course_id: Annotated[Id | None, BeforeValidator(lambda value: None if value == "" else value)] = None
    columns: ColumnsIn = ColumnsIn()
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

    columns: ColumnsIn = ColumnsIn()
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
