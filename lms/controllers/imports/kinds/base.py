"""What kinds of table have in common: columns, rows that are checked, what is written of them, and how it is undone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from lms.errors.sentences import sentence_of
from lms.models.imports.import_rows import Made, Outcome
from lms.models.imports.imports import Import, ImportKindName
from lms.schemas.fields import FORMS

C = TypeVar("C")
M = TypeVar("M", bound=BaseModel)

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Column:
    """A column of ours; `also` are other names that files have for it, `examples` are those of the template."""

    name: str
    says: str
    examples: tuple[str, str]
    required: bool = False
    also: tuple[str, ...] = ()


class RowFault(Exception):
    """Why a row is not written; raised before anything of it is."""

    def __init__(self, code: str, reason: str, column: str = "", outcome: Outcome = "failed") -> None:
        super().__init__(reason)
        self.code, self.reason, self.column, self.outcome = code, reason, column, outcome


@dataclass(frozen=True)
class Written:
    """What became of a row; `made` are the documents that are new, `invite` whether its learner waits for a mail."""

    outcome: Outcome
    made: list[Made] = field(default_factory=list)
    code: str = ""
    reason: str = ""
    column: str = ""
    invite: bool = False

    @classmethod
    def fault(cls, fault: RowFault) -> "Written":
        return cls(fault.outcome, code=fault.code, reason=fault.reason, column=fault.column)


class Kind(Generic[C]):
    """A kind of table. Rows are mappings of our columns to texts, without those that are empty."""

    name: ClassVar[ImportKindName]
    columns: ClassVar[Sequence[Column]]

    def check(self, row: Mapping[str, str], of: Import) -> C:
        """The row as what it means, as far as that is told by the row alone; raises RowFault."""
        raise NotImplementedError

    def identity(self, checked: C) -> Any:
        """What may stand in a file once."""
        raise NotImplementedError

    def write(self, rows: Sequence[C], of: Import) -> list[Written]:
        """What becomes of rows, as part of a transaction; what is asked of the database is asked for all of them."""
        raise NotImplementedError

    def undo(self, made: Sequence[Made]) -> bool:
        """Take back what one row made, unless it has been used since; as part of a transaction."""
        raise NotImplementedError

    def column(self, header: str) -> str | None:
        """The column of ours that a header of a file means."""
        known = _plain(header)
        return next((each.name for each in self.columns if known in map(_plain, (each.name, *each.also))), None)


FORBIDDEN = {"password", "passwordhash", "role", "status", "isadmin", "accounttype", "staffrole"}


def is_forbidden(header: str) -> bool:
    """Whether a column is one that no import may set."""
    return _plain(header) in FORBIDDEN


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).casefold()


def valid(model: type[M], row: Mapping[str, str]) -> M:
    """The row as a model whose aliases are our columns; raises RowFault for the first thing that is wrong."""
    try:
        return model.model_validate(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        column = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "missing":
            raise RowFault("missing", f"{column}: This field is required.", column) from None
        raise RowFault("invalid_value", told(column, row.get(column, ""), _sentence(first)), column) from None


def told(column: str, value: str, sentence: str) -> str:
    """What is wrong with the cell of a column."""
    shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
    return f"{column}: “{shown}”. {sentence}"


def _sentence(fault: Any) -> str:
    form = FORMS.get(fault.get("ctx", {}).get("pattern", ""))
    return form or sentence_of(fault)
