"""Importing a table from the command line."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from bson import ObjectId

from lms.cli.command import Command, valid
from lms.controllers.imports import decisions, looking, reports, rounds, staging, uploads
from lms.controllers.imports.kinds import KINDS
from lms.models.accounts.sessions import Caller
from lms.models.accounts.users import users
from lms.models.imports.import_rows import import_rows
from lms.schemas.fields import Email, Id
from lms.schemas.imports.imports import ImportIn, ImportOptionsIn

SHOWN = 20


@click.command("table", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(list(KINDS)), required=True, help="What is in it.")
@click.option("--by", required=True, callback=lambda _, __, value: valid(Email, value), help="The administrator.")
@click.option("--course", callback=lambda _, __, value: value and valid(Id, value), help="The course, by its id.")
@click.option("--encoding", type=click.Choice(["utf-16", "windows-1252"]), help="Where it is not UTF-8.")
@click.option("--dry-run", is_flag=True, help="Say what would be read, and write nothing.")
def import_table(file: Path, kind: Any, by: str, course: ObjectId | None, encoding: Any, dry_run: bool) -> None:
    """Import learners, enrolments or questions from a CSV or XLSX file, or questions from GIFT.

    The report is mailed to the administrator, and the import stands at /admin as any other.
    """
    form = ImportIn(kind=kind, courseId=course, options=ImportOptionsIn(encoding=encoding))
    made = uploads.upload(_administrator(by), form, BytesIO(file.read_bytes()), file.name, None)
    staging.stage(made["_id"])
    of = looking.import_file(made["_id"])
    if of["state"] == "refused":
        raise click.ClickException(of["reason"])
    click.echo(f"{of['total']:,} rows, of which {of['faulty']:,} have a fault. Columns: {', '.join(of['columns'])}.")
    if of["unknownColumns"]:
        click.echo(f"Left out: {', '.join(of['unknownColumns'])}.")
    if dry_run:
        decisions.cancel(of)
        return
    decisions.start(of)
    _write(made["_id"])


def _administrator(email: str) -> Caller:
    user = users.by_email(email)
    if user is None or user["role"] != "admin":
        raise click.BadParameter(f"{email} is not an administrator.")
    return Caller(user["_id"], "admin", user["_id"])


def _write(import_id: ObjectId) -> None:
    """Write the rows here, beside whatever workers do of it."""
    of = looking.import_file(import_id)
    with click.progressbar(length=of["total"], label="Rows", file=sys.stderr) as bar:
        while of["state"] == "running":
            rounds.go_on(import_id)
            before, of = of["cursor"], looking.import_file(import_id)
            bar.update(of["cursor"] - before)
    reports.make(import_id)
    counts = ", ".join(f"{of[name]:,} {name}" for name in ("created", "updated", "skipped", "failed"))
    click.echo(f"The import is {of['state']}: {counts}.")
    for row in import_rows.first(import_id, "failed", SHOWN):
        click.echo(f"  Line {row['line']}, column {row.get('reason', '')}")
    if of["failed"] > SHOWN:
        click.echo(f"  and {of['failed'] - SHOWN:,} more: the report has them.")
