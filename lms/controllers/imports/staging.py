"""From the bytes of a file to rows that wait: what its columns mean, and which rows cannot be written as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from lms.controllers.imports.kinds import KINDS
from lms.controllers.imports.kinds.base import Kind, RowFault, is_forbidden
from lms.jobs.imports import imports as jobs
from lms.models.imports.import_files import import_files
from lms.models.imports.imports import Import, ImportState, imports
from lms.models.transactions import transactional
from lms.services.imports import gift, row_store, tables
from lms.services.imports.row_store import Waiting
from lms.services.imports.tables import Table
from lms.services.imports.unreadable import Unreadable

PREVIEWED = 20
LOOKED_AT = 1000
"""Of so many rows at the beginning one has to be right."""


@dataclass(frozen=True)
class Understood:
    table: Table
    columns: dict[str, str]
    rows: list[Waiting]
    faults: list[tuple[int, RowFault]]

    def fields(self) -> dict[str, Any]:
        """What is kept of it."""
        used = set(self.columns.values())
        return {
            "headers": self.table.headers,
            "columns": self.columns,
            "unknownColumns": [each for each in self.table.headers if each and each not in used],
            "preview": [row for _, _, row, _ in self.rows[:PREVIEWED]],
            "total": len(self.rows),
            "faulty": len(self.faults),
            **{f"file.{name}": value for name, value in self.table.facts.items()},
        }


def stage(import_id: ObjectId) -> None:
    """Have the rows of a file wait, and say what was understood; done again it ends the same."""
    of = imports.get({"_id": import_id, "state": "staging"})
    if of is None:
        return
    try:
        understood = understand(of)
    except Unreadable as error:
        _refuse(import_id, str(error))
        return
    row_store.stage(import_id, understood.rows)
    _staged(of, understood)


@transactional
def _refuse(import_id: ObjectId, reason: str) -> None:
    if imports.enter(import_id, ("staging",), "refused", reason=reason):
        jobs.mail_refused.promise(import_id)


@transactional
def _staged(of: Import, understood: Understood) -> None:
    state: ImportState = "running" if of["options"]["start"] else "checked"
    if imports.enter(of["_id"], ("staging",), state, **understood.fields()) and state == "running":
        jobs.go_on.promise(of["_id"])


def rows_again(of: Import) -> None:
    """Have the rows wait again, where Redis has lost them."""
    row_store.stage(of["_id"], understand(of).rows)


def understand(of: Import) -> Understood:
    """The rows of a file as its import reads them; raises Unreadable."""
    kind, content = KINDS[of["kind"]], import_files.content(of["_id"])
    table = _read(of, content)
    if refused := next((each for each in table.headers if is_forbidden(each)), None):
        raise Unreadable(f"The column “{refused}” is refused: no import sets passwords, roles or states of accounts.")
    columns = _columns(kind, table.headers, of["columns"])
    places = {header: place for place, header in enumerate(table.headers)}
    cells = [
        (line, {ours: row[places[header]] for ours, header in columns.items() if places[header] < len(row)})
        for line, row in table.lines
    ]
    filled = [(line, {ours: cell for ours, cell in row.items() if cell}) for line, row in cells]
    rows, faults = _checked(kind, of, filled)
    looked_at = min(len(rows), LOOKED_AT)
    if sum(number <= looked_at for number, _ in faults) == looked_at:
        raise Unreadable(f"None of the first rows can be imported. Line {rows[0][1]}, column {faults[0][1].reason}")
    return Understood(table, columns, rows, faults)


def _read(of: Import, content: bytes) -> Table:
    said = {name: value for name, value in of["options"].items() if isinstance(value, str)}
    if of["kind"] == "questions" and of["file"]["name"].lower().endswith((".gift", ".txt")):
        text, encoding = tables.decoded(content, said.get("encoding"))
        found = gift.rows(text)
        if len(found) > tables.MOST_ROWS:
            raise Unreadable(f"The file has more than {tables.MOST_ROWS:,} questions. Cut it in two.")
        headers = [each.name for each in KINDS["questions"].columns]
        lines = [(line, [row.get(name, "") for name in headers]) for line, row in found]
        return Table(headers, lines, {"format": "gift", "encoding": encoding})
    return tables.read(content, said)


def _columns(kind: Kind[Any], headers: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """The header for each of our columns: what was said (nothing leaves it out), else what its name means.

    Raises Unreadable.
    """
    if unknown := next((header for header in said.values() if header and header not in headers), None):
        raise Unreadable(f"The file has no column “{unknown}”; there are {', '.join(filter(None, headers))}.")
    taken = set(said.values())
    told = {ours: each for each in reversed(headers) if each not in taken and (ours := kind.column(each))}
    found = {**told, **said}
    meant = {each.name: found[each.name] for each in kind.columns if found.get(each.name)}
    if missing := [each.name for each in kind.columns if each.required and each.name not in meant]:
        raise Unreadable(
            f"The column {missing[0]} is missing: name the one that is meant of {', '.join(filter(None, headers))}."
        )
    return meant


def _checked(
    kind: Kind[Any], of: Import, cells: list[tuple[int, dict[str, str]]]
) -> tuple[list[Waiting], list[tuple[int, RowFault]]]:
    rows: list[Waiting] = []
    faults: list[tuple[int, RowFault]] = []
    seen: dict[Any, int] = {}
    for number, (line, row) in enumerate(cells, start=1):
        same = 0
        try:
            same = seen.setdefault(kind.identity(kind.check(row, of)), line)
        except RowFault as fault:
            faults.append((number, fault))
        rows.append((number, line, row, same if same != line else 0))
    return rows, faults
