"""Taking back what an import made and nobody has used since, row by row."""

import time
from collections.abc import Mapping, Sequence

from bson import ObjectId

from lms.controllers.imports.kinds import KINDS
from lms.extensions import current_settings
from lms.jobs.imports import imports as jobs
from lms.machinery.rounds import SHARE
from lms.models.imports.import_rows import ImportRow, import_rows
from lms.models.imports.imports import Import, PlaceLost, imports
from lms.models.transactions import transactional

PIECE = 50


def run_round(of: Import, holder: str) -> bool:
    """Undo rows while there is time; whether there are more."""
    ends, after = time.monotonic() + current_settings().job_timeout * SHARE, of.get("undoCursor", 0)
    while time.monotonic() < ends:
        rows = import_rows.to_undo(of["_id"], after, PIECE)
        if not rows:
            _finish(of["_id"])
            return False
        try:
            _undo(of, holder, rows)
        except PlaceLost:
            return False
        after = rows[-1]["row"]
    return True


@transactional
def _undo(of: Import, holder: str, rows: Sequence[ImportRow]) -> None:
    kind = KINDS[of["kind"]]
    undone = [each["_id"] for each in rows if not each.get("undone") and kind.undo(each["made"])]
    gone: Mapping[str, object] = {"$set": {"undone": True, "invitation": "none"}}
    import_rows.update_many({"_id": {"$in": undone}}, gone)
    imports.advance(of["_id"], holder, "undoing", {"undoCursor": rows[-1]["row"]}, {"undone": len(undone)})


@transactional
def _finish(import_id: ObjectId) -> None:
    if imports.enter(import_id, ("undoing",), "undone"):
        jobs.report.promise(import_id)
