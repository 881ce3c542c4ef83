"""An order whose payment does not fit is held; a review is a rating with its text, and nothing else."""

from typing import Any

from pymongo.database import Database


def up(db: Database[Any]) -> None:
    for old, new in (("reviewReason", "heldReason"), ("reviewedFrom", "heldFrom")):
        db.orders.update_many({old: {"$exists": True}}, {"$rename": {old: new}})
