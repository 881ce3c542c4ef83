"""A table of learners that was imported, with rows that failed, so that its staff page is worth looking at."""

import hashlib
from datetime import datetime, timedelta

from bson import ObjectId

from lms.demo.ids import demo_id
from lms.models.imports.import_files import import_files
from lms.models.imports.import_rows import ImportRow, import_rows, row_id
from lms.models.imports.imports import Import, imports

HEADER = "email,firstName,lastName,phone,remarks"
ROWS = 24
FAULTS = {
    5: ("invalid_value", "email: “meera.example.com”. This is not an e-mail address.", "email", "meera.example.com"),
    11: ("missing", "firstName: A new account needs a first name.", "firstName", "kiran@example.net"),
    17: ("no_such_course", "courses: “Knots II”. There is no such course.", "courses", "dev@example.net"),
}
"""By the row: the code, the reason, the column, and the address that stands in it."""
AGAIN = 20
"""The row that says what an earlier one says."""


def fill(midnight: datetime) -> None:
    """Write it in place of what an interrupted run left; its learners are not made."""
    made = _import(midnight - timedelta(days=2))
    import_rows.delete_many({"importId": made["_id"]})
    import_files.drop(made["_id"])
    imports.delete({"_id": made["_id"]})
    imports.insert(made)
    import_files.keep(made["_id"], _content())
    import_rows.insert_many(_row(made["_id"], number, made["createdAt"]) for number in range(1, ROWS + 1))


def _content() -> bytes:
    lines = [f"{_address(number)},Learner,{number},," for number in range(1, ROWS + 1)]
    return "\r\n".join([HEADER, *lines, ""]).encode()


def _address(number: int) -> str:
    return FAULTS[number][3] if number in FAULTS else f"learner{number}@example.net"


def _import(moment: datetime) -> Import:
    content = _content()
    columns = {"email": "email", "firstName": "firstName", "lastName": "lastName", "contactNumber": "phone"}
    return {
        "_id": demo_id("import", 1),
        "kind": "learners",
        "by": demo_id("admin", 0),
        "byRole": "admin",
        "state": "done",
        "file": {
            "name": "autumn-term.csv",
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "format": "csv",
            "encoding": "utf-8",
            "delimiter": ",",
        },
        "headers": HEADER.split(","),
        "columns": columns,
        "unknownColumns": ["remarks"],
        "options": {"sendInvitations": True, "onExisting": "skip", "start": False},
        "preview": [],
        "total": ROWS,
        "faulty": 2,
        "cursor": ROWS,
        "created": 0,
        "updated": 0,
        "skipped": ROWS - len(FAULTS),
        "failed": len(FAULTS),
        "undone": 0,
        "createdAt": moment,
        "startedAt": moment + timedelta(minutes=4),
        "finishedAt": moment + timedelta(minutes=4, seconds=9),
        "revision": 4,
    }


def _row(import_id: ObjectId, number: int, moment: datetime) -> ImportRow:
    row: ImportRow = {
        "_id": row_id(import_id, number),
        "importId": import_id,
        "row": number,
        "line": number + 1,
        "outcome": "failed" if number in FAULTS else "skipped",
        "made": [],
        "shown": [_address(number), "Learner", str(number)],
        "at": moment + timedelta(minutes=4),
    }
    if number in FAULTS:
        code, reason, column, _ = FAULTS[number]
        return {**row, "code": code, "reason": reason, "field": column}
    if number == AGAIN:
        return {**row, "code": "duplicate_in_file", "reason": "Line 4 says the same."}
    return {**row, "code": "exists", "reason": "They have an account, and nothing is to be changed."}
