"""Who works at `/admin`, decided on the command line."""

import click
from flask.cli import AppGroup

from lms.cli.command import Command, valid
from lms.controllers.accounts import staff as controller
from lms.models.accounts.users import StaffRole
from lms.schemas.fields import Email

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


COMMANDS = (staff,)
