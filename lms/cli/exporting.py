"""Taking out what another system is to go on with."""

import sys
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup

from lms.cli.command import Command
from lms.extensions import mongo
from lms.moving.export import losses
from lms.moving.export.catalogue import Lists
from lms.moving.export.run import Exported, export, finish, steps
from lms.moving.export.target import Target

exports = AppGroup("export", help="Take out what another system is to go on with.")


def _address(_: click.Context, __: click.Parameter, value: str) -> str:
    if urlsplit(value).scheme not in ("mongodb", "mongodb+srv"):
        raise click.BadParameter("Give an address such as mongodb://localhost:27017/studynotion.")
    return value


@exports.command("studynotion", cls=Command)
@click.option(
    "--to", "url", required=True, callback=_address, help="The MONGODB_URL of their server; an empty database."
)
@click.option(
    "--lists",
    type=click.Choice(["plain", "json"]),
    default="plain",
    show_default=True,
    help="How tags and instructions are kept: `json` for the branch with the misspelt header, `Authorisation`.",
)
def studynotion(url: str, lists: Lists) -> None:
    """Write the school as the documents of StudyNotion's server, which can go on with it.

    Nothing here changes. It goes on where it was ended; nobody should be writing meanwhile.
    """
    assert mongo.db is not None, "The application has been created."
    target = Target(url, mongo.db, {"lists": lists})
    try:
        with click.progressbar(length=steps(), label="Exporting", file=sys.stderr) as bar:
            for done in export(target, lists):
                bar.update(done)
        _tell(finish(target))
    finally:
        target.close()


def _tell(exported: Exported) -> None:
    click.echo("Written:")
    for name, count in exported.written.items():
        click.echo(f"{count:>12,}  {name}")
    if exported.lost:
        click.echo("Not there as it is here:")
    for code, count in exported.lost.items():
        click.echo(f"{count:>12,}  {code}: {losses.SENTENCES[code]}")
    left = list(losses.left_behind())
    if left:
        click.echo("What their server has no place for stays here:")
    for count, words in left:
        click.echo(f"{count:>12,}  {words}")


COMMANDS = (exports,)
