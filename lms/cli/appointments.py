"""Who works at `/admin`, decided on the command line."""

import click
from flask.cli import AppGroup

from lms.cli.command import Command, valid
from lms.controllers.accounts import merging, user_files
from lms.controllers.accounts import staff as controller
from lms.controllers.accounts.merging import Look
from lms.models.accounts.users import StaffRole
from lms.schemas.fields import Email
from lms.schemas.moderation.decisions import Reason

staff = AppGroup("staff", help="Appoint people to the staff.")

email = click.argument("email", callback=lambda _, __, value: valid(Email, value))


@staff.command("grant", cls=Command)
@email
@click.argument("role", type=click.Choice(["moderator", "support", "admin"]))
def grant(email: str, role: StaffRole) -> None:
    """Let somebody who has an account work at /admin as this."""
    controller.appoint(email, role)
    click.echo(f"{email} is {role} now.")


@staff.command("revoke", cls=Command)
@email
def revoke(email: str) -> None:
    """Take from somebody what they may do at /admin; an administrator becomes a student."""
    controller.dismiss(email)
    click.echo(f"{email} is no longer staff.")


@staff.command("merge", cls=Command)
@click.argument("kept", callback=lambda _, __, value: valid(Email, value))
@click.argument("merged", callback=lambda _, __, value: valid(Email, value))
@click.option("--reason", callback=lambda _, __, value: valid(Reason, value) if value is not None else None)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def merge(kept: str, merged: str, reason: str | None, dry_run: bool) -> None:
    """Merge one account of a person into another of theirs, by their addresses."""
    ids = user_files.by_address(kept), user_files.by_address(merged)
    looked = merging.look(*ids)
    _tell(looked)
    if looked.refusal:
        raise looked.refusal
    if not dry_run:
        given = valid(Reason, reason or click.prompt("Reason"))
        merging.merge(*ids, given, looked.seen)
        click.echo(f"{merged} is merged into {kept}, and both are told.")


def _tell(looked: Look) -> None:
    for row in looked.rows:
        ends = f", {row.end} end" if row.end else ""
        click.echo(f"{row.label}: {row.follow} follow{ends}")
        for each in row.collisions:
            click.echo(f"    {each.about}: {each.decision}")
    for sentence in looked.becomes:
        click.echo(sentence)


COMMANDS = (staff,)
