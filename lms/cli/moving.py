"""Bringing in what another system holds."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from lms.cli.command import Command, valid
from lms.cli.tables import import_table
from lms.cli.videos import bring_in_videos
from lms.errors import AdminNotThere
from lms.extensions import current_settings
from lms.models.system.move_runs import move_runs
from lms.moving import report
from lms.moving.became import Options
from lms.moving.follow import follow
from lms.moving.proof import Check, prove
from lms.moving.run import copy, look
from lms.moving.source import Source
from lms.moving.tally import Tally
from lms.schemas.fields import Email, stored_moment

UNDECIDED = 3
"""What the command ends with where something is to be decided."""

importing = AppGroup("import", help="Bring in what another system holds.")
importing.add_command(bring_in_videos)
importing.add_command(import_table)


@contextmanager
def bar(name: str, length: int) -> Iterator[Callable[[int], None]]:
    """A stage of an import as a line that fills."""
    with click.progressbar(length=length, label=f"{name:24}", file=sys.stderr) as shown:
        yield shown.update


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return stored_moment(datetime.fromisoformat(value))
    except ValueError:
        raise click.BadParameter("A time is written as 2026-11-27T18:30, in UTC where it does not say.") from None


@importing.command("studynotion", cls=Command)
@click.option("--from", "url", required=True, help="Their MONGODB_URL; it is read and never written.")
@click.option("--look", "phase", flag_value="look", help="Only say what is there and what would be lost.")
@click.option("--dry-run", "phase", flag_value="dry", help="Only say what would be written.")
@click.option("--copy", "phase", flag_value="copy", default=True, help="Copy, then prove. This is what is done.")
@click.option("--follow", "phase", flag_value="follow", help="Copy, and go on with what changes, until Ctrl-C.")
@click.option("--prove", "phase", flag_value="prove", help="Only count again what was copied.")
@click.option("--since", callback=_moment, help="Leave out accounts and courses not touched since then (UTC).")
@click.option(
    "--admin", "admins", multiple=True, callback=lambda _, __, found: frozenset(valid(Email, e) for e in found)
)
@click.option("--no-admin", is_flag=True, help="None of their Admins is an administrator here.")
@click.option("--keep-published/--unpublish", default=None, help="What lacks something for sale stays on sale, or not.")
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="All of the report."
)
@with_appcontext
def studynotion(
    url: str,
    phase: str,
    since: datetime | None,
    admins: frozenset[str],
    no_admin: bool,
    keep_published: bool | None,
    file: Path | None,
) -> None:
    """Move a school in from StudyNotion's database."""
    waits = current_settings().instructor_approval == "on"
    source = Source(url)
    try:
        accounts = frozenset() if no_admin else _accounts(source, admins)
        options = Options(accounts, keep_published, waits, since).after(move_runs.decided())
        tally, checks = PHASES[phase](source, options)
        if file is not None:
            told = report.as_json(source, tally, checks, phase in ("look", "dry"))
            file.write_text(json.dumps(told, default=str, indent=1))
            click.echo(f"\nAll of it is in {file}.")
    finally:
        source.close()
    _end(tally, checks, options)


def _accounts(source: Source, addresses: frozenset[str]) -> frozenset[Any] | None:
    """The accounts of these addresses; none where none is named."""
    found = {address: source.accounts_of(address) for address in sorted(addresses)}
    if missing := [address for address, accounts in found.items() if not accounts]:
        raise AdminNotThere(f"{AdminNotThere.message} ({', '.join(missing)})")
    return frozenset(each for accounts in found.values() for each in accounts) or None


Result = tuple[Tally, Sequence[Check]]


def _look(source: Source, options: Options) -> Result:
    click.echo(f"{source.label} holds:")
    _say(report.shapes(source))
    _say(report.left_behind(source))
    tally = look(source, options, bar)
    _tell(tally, dry=True)
    return tally, ()


def _dry(source: Source, options: Options) -> Result:
    tally = look(source, options, bar)
    _tell(tally, dry=True)
    return tally, ()


def _copy(source: Source, options: Options) -> Result:
    tally = copy(source, options, bar)
    _tell(tally, dry=False)
    return tally, _prove(source, options)


def _follow(source: Source, options: Options) -> Result:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rounds: list[Tally] = []

    def told(tally: Tally) -> None:
        rounds[:] = [tally]
        click.echo(f"{datetime.now():%H:%M:%S}  {tally.changes:,} documents changed. Ctrl-C ends this.")  # noqa: DTZ005

    follow(source, options, told, stop.is_set, bar)
    _tell(rounds[0], dry=False)
    return rounds[0], _prove(source, options)


def _only_prove(source: Source, options: Options) -> Result:
    return Tally(), _prove(source, options)


def _prove(source: Source, options: Options) -> Sequence[Check]:
    checks = prove(source, options, bar)
    click.echo("\nCounted again:")
    _say(report.proven(checks))
    return checks


PHASES: dict[str, Callable[[Source, Options], Result]] = {
    "look": _look,
    "dry": _dry,
    "copy": _copy,
    "follow": _follow,
    "prove": _only_prove,
}


def _tell(tally: Tally, dry: bool) -> None:
    click.echo("")
    _say(report.table(tally, dry))
    _say(report.losses(tally))
    if tally.changes == 0:
        click.echo("\nNothing is to be changed." if dry else "\nNothing was changed: everything is here already.")


def _say(lines: Iterable[str]) -> None:
    for each in lines:
        click.echo(each)


def _end(tally: Tally, checks: Sequence[Check], options: Options) -> None:
    """End with what is still to be decided, or with what does not add up."""
    if wrong := [check for check in checks if not check.holds]:
        raise click.ClickException(
            f"{len(wrong)} of {len(checks)} do not add up. Run it again; where that does not help,"
            " the lines marked NO say which documents to look at."
        )
    answers: dict[str, Any] = {"admin_not_taken_over": options.admins, "unpublished": options.keep_published}
    if undecided := report.decisions(tally, [code for code, answer in answers.items() if answer is not None]):
        click.echo("\nTo be decided:")
        _say(undecided)
        sys.exit(UNDECIDED)


COMMANDS = (importing,)
