"""Refusals about moving a school in from another system."""

from lms.errors.base import Refusal


class SourceIsTarget(Refusal):
    status, code = 409, "source_is_target"
    message = "The database to import from is the one to import into: give MONGODB_URL a database of its own."


class NotStudyNotion(Refusal):
    status, code = 409, "not_studynotion"
    message = (
        "This is no StudyNotion database: nothing there has an accountType or a courseName. "
        "Is its name the one in their MONGODB_URL? Where that names none, Mongoose uses `test`."
    )


class SourceUnreachable(Refusal):
    status, code, message = 503, "source_unreachable", "The database to import from does not answer."


class TargetNotReady(Refusal):
    status, code, message = 409, "target_not_ready", "This database is not up to date: run `flask db upgrade` first."


class ImportGoesOn(Refusal):
    status, code = 409, "import_goes_on"
    message = "Another import is going on. If it was killed on another machine, its place is free two minutes later."


class NoChangeStream(Refusal):
    status, code = 409, "no_change_stream"
    message = (
        "The database to import from is no replica set, so it does not tell of changes: "
        "run the command again with --since and the time of the last run, or without it to compare everything."
    )


class AdminNotThere(Refusal):
    status, code = 404, "admin_not_there"
    message = "No account of theirs has the address of an administrator that was named."


class ExportToOwnDatabase(Refusal):
    status, code = 409, "export_to_own_database"
    message = "That is this server's own database. Name another one."


class TargetNotEmpty(Refusal):
    status, code = 409, "target_not_empty"
    message = "There is something in that database already: an export begins with an empty one."


class AnotherExportBegan(Refusal):
    status, code = 409, "another_export_began"
    message = "An export with other options, or from another database, was begun there. Drop that database first."


class TargetUnreachable(Refusal):
    status, code, message = 503, "target_unreachable", "The database to export to does not answer."
