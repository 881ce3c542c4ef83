"""The keys that certificates are signed with, decided on the command line."""

import click
from flask.cli import AppGroup

from lms.cli.command import Command
from lms.controllers.certificates import credential_keys as controller

credentials = AppGroup("credentials", help="Decide on the keys that certificates are signed with.")


@credentials.command("rotate", cls=Command)
def rotate() -> None:
    """Sign with the first of CREDENTIAL_KEYS from now on; what older keys signed goes on being verified."""
    click.echo(f"{controller.rotate()} signs from now on.")


@credentials.command("compromise", cls=Command)
@click.argument("key")
def compromise(key: str) -> None:
    """Let nobody believe a key any more, sign anew what it signed, and mail that to the holders."""
    controller.compromise(key)
    click.echo(f"{key} is not believed any more; what it signed is being signed anew.")


@credentials.command("move-host", cls=Command)
def move_host() -> None:
    """Sign for the host of PUBLIC_URL from now on; the old one has to go on answering, for what was signed names it."""
    click.echo(f"Certificates are signed by did:web:{controller.move_host()} from now on.")


COMMANDS = (credentials,)
