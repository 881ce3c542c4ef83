"""What is let go of in time: the file, the rows and the report of an import hold what tells of people."""

from lms.models.base import now
from lms.models.imports.import_files import import_files
from lms.models.imports.import_rows import import_rows
from lms.models.imports.imports import KEPT, imports
from lms.services.imports import row_store

AT_A_TIME = 500


def sweep() -> None:
    """As long as a deleted account can come back, and no longer; what nobody went on with ends then, too."""
    before = now() - KEPT
    ended = {"finishedAt": {"$lt": before}, "swept": {"$exists": False}}
    forgotten = {"finishedAt": {"$exists": False}, "createdAt": {"$lt": before}, "state": {"$ne": "running"}}
    telling = {"tellsOfErased": True, "swept": {"$exists": False}, "state": {"$ne": "running"}}
    for each in imports.find({"$or": [ended, forgotten, telling]}, {"state": 1}, limit=AT_A_TIME):
        import_files.drop(each["_id"])
        import_rows.delete_many({"importId": each["_id"]})
        row_store.drop([each["_id"]])
        gone = {"report": "", "open": ""}
        kept = {"swept": True, "preview": [], "finishedAt": each.get("finishedAt", now())}
        state = each["state"] if each["state"] in ("done", "undone", "refused") else "cancelled"
        imports.update({"_id": each["_id"]}, {"$set": {**kept, "state": state}, "$unset": gone})
