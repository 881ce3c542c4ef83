"""Refusals about imported tables."""

from lms.errors.base import Refusal


class ImportNotFound(Refusal):
    status, code, message = 404, "import_not_found", "There is no such import."


class NotATable(Refusal):
    status, code, message = (
        415,
        "not_a_table",
        "This is no table that can be read: send CSV, XLSX or, for questions, GIFT.",
    )


class ImportRunning(Refusal):
    status, code, message = 409, "import_running", "This file is being imported already."


class TooManyImports(Refusal):
    status, code, message = (
        409,
        "too_many_imports",
        "Five of your imports are not finished yet. Finish or cancel one first.",
    )


class ImportStateRefused(Refusal):
    status, code, message = 409, "import_state", "The import is not in a state for this."


class ImportNotReady(Refusal):
    status, code, message = 409, "report_not_ready", "The report is made when the import has ended."


class ColumnRefused(Refusal):
    status, code, message = (
        400,
        "column_refused",
        "The file has a column that no import may set: passwords, roles and states of accounts.",
    )
