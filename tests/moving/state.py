"""What an import leaves in our database, to be compared."""

from typing import Any

from lms.models.base import COLLECTIONS
from lms.models.system.moves import moves

OF_RUNS = {"moveRuns", "auditLog", "rollups", "moves", "tags", "migrations"}
"""What tells of runs and when they were; words stay when no course has them any more."""


def every_document() -> dict[str, list[Any]]:
    """Everything there is, in order, but for what tells of runs."""
    names = sorted(COLLECTIONS.keys() - OF_RUNS)
    found = {name: sorted(COLLECTIONS[name]().raw.find(), key=lambda each: str(each["_id"])) for name in names}
    return {**found, "moves": [{**row, "at": None} for row in moves.raw.find(sort=[("_id", 1)])]}
