"""/imports: learners, enrolments and questions by the table."""

from typing import Any

from bson import ObjectId

from lms.controllers.imports import decisions, looking, uploads
from lms.errors import (
    ChangedMeanwhile,
    Forbidden,
    ImportNotReady,
    ImportRunning,
    ImportStateRefused,
    NotATable,
    TooManyImports,
    UnknownPath,
)
from lms.http.api import Api
from lms.http.arguments import IdempotencyKey, PathText
from lms.http.forms import FileName, Upload
from lms.middlewares.auth import importer, own_import, teacher
from lms.middlewares.limits import per_caller
from lms.models.accounts.sessions import Caller
from lms.models.imports.imports import Import
from lms.schemas.imports.imports import (
    ImportChangeIn,
    ImportIn,
    ImportOut,
    ImportRowOut,
    ImportRowsQuery,
    ImportsQuery,
)

api = Api("imports", "/imports")

STARTED = "Processing started. You will receive a report shortly."


@api.get("/templates/<kind>", allow=teacher, refusals=(UnknownPath,), media_type="text/csv")
def template(kind: PathText) -> Any:
    """A CSV file to begin with: our columns and two examples, of `learners`, `enrollments` or `questions`."""
    return looking.template(kind)


@api.post(
    "/",
    allow=importer,
    returns=ImportOut,
    status=202,
    message=STARTED,
    upload_bytes=uploads.MOST_BYTES,
    refusals=(NotATable, ImportRunning, TooManyImports, Forbidden),
    limits=(per_caller("60 per hour", "imports"),),
)
def upload(caller: Caller, body: ImportIn, file: Upload, name: FileName, key: IdempotencyKey) -> Any:
    """Upload a table (CSV, XLSX, of questions also Moodle's GIFT; 8 MB and 50,000 rows at the most).

    It is read at once and waits to be started (`checked`), unless `start` says that it is to go on by itself.
    """
    return looking.shown(uploads.upload(caller, body, file, name, key.value))


@api.get("/", allow=teacher, returns=list[ImportOut])
def list_own(caller: Caller, query: ImportsQuery) -> Any:
    """One's own imports, or all of them for administrators, the newest first."""
    return looking.page(caller, query)


@api.get("/<id:import_id>", allow=own_import, returns=ImportOut)
def show(import_id: ObjectId, found: Import) -> Any:
    """How far an import is, and what was understood of its file."""
    return looking.shown(found)


@api.put(
    "/<id:import_id>",
    allow=own_import,
    returns=ImportOut,
    refusals=(ImportStateRefused, ChangedMeanwhile, ImportRunning),
)
def change(import_id: ObjectId, found: Import, body: ImportChangeIn) -> Any:
    """Have the file read in another way: other columns, another encoding; before it is started."""
    return looking.shown(uploads.change(found, body))


@api.post("/<id:import_id>/start", allow=own_import, status=202, message=STARTED, refusals=(ImportStateRefused,))
def start(import_id: ObjectId, found: Import) -> Any:
    """Write the rows of an import that is `checked`."""
    decisions.start(found)


@api.post("/<id:import_id>/pause", allow=own_import, status=202, refusals=(ImportStateRefused,))
def pause(import_id: ObjectId, found: Import) -> Any:
    """Stand still; what is written stays."""
    decisions.pause(found)


@api.post("/<id:import_id>/resume", allow=own_import, status=202, message=STARTED, refusals=(ImportStateRefused,))
def resume(import_id: ObjectId, found: Import) -> Any:
    """Go on where it stands."""
    decisions.resume(found)


@api.post("/<id:import_id>/cancel", allow=own_import, status=202, refusals=(ImportStateRefused,))
def cancel(import_id: ObjectId, found: Import) -> Any:
    """End it; what is written stays, and the report says so."""
    decisions.cancel(found)


@api.post("/<id:import_id>/undo", allow=own_import, status=202, refusals=(ImportStateRefused,))
def undo(import_id: ObjectId, found: Import) -> Any:
    """Within a week, take back what nobody has used: accounts without a sign-in, enrolments without progress."""
    decisions.undo(found)


@api.get("/<id:import_id>/rows", allow=own_import, returns=list[ImportRowOut])
def rows(import_id: ObjectId, found: Import, query: ImportRowsQuery) -> Any:
    """What became of each row, in the order of the file."""
    return looking.rows(found, query)


@api.get("/<id:import_id>/report.pdf", allow=own_import, refusals=(ImportNotReady,), media_type="application/pdf")
def report(import_id: ObjectId) -> Any:
    """The report, which is mailed as well."""
    return looking.report(import_id)


@api.get("/<id:import_id>/failures.csv", allow=own_import, refusals=(ImportNotReady,), media_type="text/csv")
def failures(import_id: ObjectId, found: Import) -> Any:
    """The rows that failed as they were uploaded, with `line` and `reason`, to be mended and uploaded again."""
    return looking.failures(found)
