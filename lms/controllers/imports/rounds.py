"""Writing the rows of an import, some seconds' worth at a time: by one round at once, each row with its effect.

A piece of rows, what each became, and how far the import has come are one transaction, so that whatever dies is as if
its last piece had not begun. A row that cannot be written fails alone.
"""

import secrets
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
from bson import ObjectId
from pymongo.errors import ConnectionFailure, DuplicateKeyError, PyMongoError

from lms.controllers.imports import staging, undoing
from lms.controllers.imports.kinds import KINDS
from lms.controllers.imports.kinds.base import RowFault, Written
from lms.extensions import current_settings
from lms.jobs.imports import imports as jobs
from lms.machinery.rounds import SHARE
from lms.models.base import now
from lms.models.imports.import_rows import ImportRow, import_rows, row_id
from lms.models.imports.imports import Import, PlaceLost, imports
from lms.models.transactions import transactional
from lms.services.imports import row_store
from lms.services.imports.row_store import Waiting

log = structlog.get_logger("imports")

SHOWN_CELLS, LONGEST_CELL = 3, 200
TRIES = 3
"""Of a row that meets somebody else's write at the same moment."""
AT_ONCE = 20
"""Imports that one look takes up."""


def take_up() -> None:
    """Go on with imports that nobody is at: whose worker was killed, or that have just been resumed."""
    ends = time.monotonic() + current_settings().job_timeout * SHARE
    for each in imports.left_alone(("running", "undoing"), AT_ONCE):
        if time.monotonic() < ends:
            go_on(each["_id"])


def go_on(import_id: ObjectId) -> None:
    """One round of an import, or of its undoing, and the promise of the next."""
    holder = secrets.token_hex(8)
    found = imports.claim(import_id, "running", holder)
    if found is not None:
        more = _round(found, holder)
    elif (found := imports.claim(import_id, "undoing", holder)) is not None:
        more = undoing.run_round(found, holder)
    else:
        return
    imports.release(import_id, holder)
    if more:
        jobs.go_on.promise(import_id)


def _round(of: Import, holder: str) -> bool:
    """Write rows while there is time; whether there are more."""
    ends, cursor = time.monotonic() + current_settings().job_timeout * SHARE, of["cursor"]
    try:
        while cursor < of["total"] and time.monotonic() < ends:
            rows = _waiting(of, cursor)
            _write(of, holder, rows)
            cursor += len(rows)
        if cursor >= of["total"]:
            _finish(of, holder)
    except PlaceLost:
        return False
    return cursor < of["total"]


def _waiting(of: Import, cursor: int) -> list[Waiting]:
    rows = row_store.piece(of["_id"], cursor)
    if rows is None:
        staging.rows_again(of)
        rows = row_store.piece(of["_id"], cursor)
    assert rows, "Rows that were parsed again wait."
    return rows


def _write(of: Import, holder: str, rows: Sequence[Waiting]) -> None:
    """Write rows together, or each alone where that cannot be; raises PlaceLost."""
    try:
        _write_together(of, holder, rows)
    except PlaceLost:
        raise
    except ConnectionFailure:
        raise
    except Exception as error:
        if isinstance(error, PyMongoError) and error.timeout:
            raise
        log.warning("import_piece_split", import_id=str(of["_id"]), row=rows[0][0], reason=str(error)[:300])
        for row in rows:
            _write_alone(of, holder, row)


def _write_alone(of: Import, holder: str, row: Waiting) -> None:
    for _ in range(TRIES):
        try:
            _write_together(of, holder, [row])
            return
        except DuplicateKeyError:
            continue
        except (PlaceLost, ConnectionFailure):
            raise
        except Exception as error:
            if isinstance(error, PyMongoError) and error.timeout:
                raise
            log.error("import_row_crashed", import_id=str(of["_id"]), row=row[0], exc_info=error)
            break
    _record(of, holder, [row], [Written("failed", code="not_written", reason="This row could not be written.")])


@transactional
def _write_together(of: Import, holder: str, rows: Sequence[Waiting]) -> None:
    kind, written = KINDS[of["kind"]], dict[int, Written]()
    checked: dict[int, Any] = {}
    for number, _, row, same in rows:
        try:
            if same:
                raise RowFault("duplicate_in_file", f"Line {same} says the same.", outcome="skipped")
            checked[number] = kind.check(row, of)
        except RowFault as fault:
            written[number] = Written.fault(fault)
    written |= dict(zip(checked, kind.write(list(checked.values()), of), strict=True))
    _record(of, holder, rows, [written[number] for number, _, _, _ in rows])


@transactional
def _record(of: Import, holder: str, rows: Sequence[Waiting], written: Sequence[Written]) -> None:
    """Write down what became of rows, and that they are finished; raises PlaceLost."""
    import_rows.insert_many(_stored(of["_id"], row, each) for row, each in zip(rows, written, strict=True))
    counts: Counter[str] = Counter(each.outcome for each in written)
    imports.advance(of["_id"], holder, "running", {"cursor": rows[-1][0]}, counts)


def _stored(import_id: ObjectId, waiting: Waiting, written: Written) -> ImportRow:
    number, line, row, _ = waiting
    stored: ImportRow = {
        "_id": row_id(import_id, number),
        "importId": import_id,
        "row": number,
        "line": line,
        "outcome": written.outcome,
        "made": written.made,
        "shown": [cell[:LONGEST_CELL] for cell in list(row.values())[:SHOWN_CELLS]],
        "at": now(),
    }
    if written.code:
        stored |= {"code": written.code, "reason": written.reason}
    if written.column:
        stored["field"] = written.column
    if written.invite:
        stored["invitation"] = "waiting"
    return stored


@transactional
def _finish(of: Import, holder: str) -> None:
    imports.advance(of["_id"], holder, "running", {}, {})
    imports.enter(of["_id"], ("running",), "done")
    jobs.report.promise(of["_id"])
