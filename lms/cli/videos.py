"""Bringing in the videos of lessons that are elsewhere."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import click

from lms.cli.command import Command
from lms.controllers.authoring import videos_elsewhere
from lms.controllers.authoring.videos_elsewhere import Brought, Way
from lms.errors import Refusal, Unavailable
from lms.models.authoring.subsections import Subsection

MOST_SILENT = 3
"""Times in a row that the store may not answer before nothing more is asked of it."""

STOPS = "This ends the public address of each video at your own account: the old site cannot play them any more. Go on?"
DONE: dict[Way, str] = {"protect": "Protected at your account", "fetch": "Copied from other servers"}
PLANNED: dict[Way, str] = {"protect": "To be protected at your account", "fetch": "To be copied from other servers"}


@dataclass
class Outcome:
    """What became of the videos; `failed` has the lessons that are as they were, and why."""

    videos: Counter[Way] = field(default_factory=Counter)
    lessons: Counter[Way] = field(default_factory=Counter)
    bytes: Counter[Way] = field(default_factory=Counter)
    failed: list[tuple[Subsection, str, str]] = field(default_factory=list)
    silent: int = 0

    def take(self, found: Brought, lessons: list[Subsection]) -> None:
        self.silent = 0
        self.videos[found.way] += 1
        self.lessons[found.way] += len(lessons)
        self.bytes[found.way] += found.bytes or 0

    def fail(self, refusal: Refusal, address: str, lessons: list[Subsection]) -> None:
        self.silent = self.silent + 1 if isinstance(refusal, Unavailable) else 0
        host, reason = str(urlsplit(address).hostname), _reason(refusal)
        self.failed += [(lesson, host, reason) for lesson in lessons]


@click.command("videos", cls=Command)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and which videos cannot be taken.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def bring_in_videos(dry_run: bool, yes: bool) -> None:
    """Have the videos of lessons that are elsewhere play only to those who may watch them.

    Public videos of your own Cloudinary account become protected there; those of other servers are copied. It goes on
    where it was ended, and tries again what failed.
    """
    total = videos_elsewhere.lessons_elsewhere()
    if not total:
        click.echo("No lesson has its video elsewhere.")
        return
    if not dry_run and not yes:
        click.confirm(f"{total:,} lessons have their videos elsewhere. {STOPS}", abort=True)
    outcome = Outcome()
    step = videos_elsewhere.look if dry_run else videos_elsewhere.bring_in
    try:
        with click.progressbar(length=total, label="Videos", file=sys.stderr) as bar:
            for lessons in _each(step, outcome):
                bar.update(lessons)
    finally:
        if not dry_run and outcome.videos:
            videos_elsewhere.record(outcome.videos["protect"], outcome.videos["fetch"])
    _tell(outcome, PLANNED if dry_run else DONE)
    if outcome.failed:
        raise click.exceptions.Exit(1)


def _each(step: Callable[[str], Brought], outcome: Outcome) -> Iterator[int]:
    """Take every video in turn; how many lessons each was of."""
    for address, lessons in videos_elsewhere.addresses():
        try:
            outcome.take(step(address), lessons)
        except Refusal as refusal:
            outcome.fail(refusal, address, lessons)
        yield len(lessons)
        if outcome.silent >= MOST_SILENT:
            return


def _reason(refusal: Refusal) -> str:
    """The sentence, with what the store itself said where it did."""
    cause = refusal.__cause__
    said = f" ({str(cause)[:200]})" if cause is not None and not isinstance(cause, Refusal) and str(cause) else ""
    return f"{refusal.sentence}{said}"


def _tell(outcome: Outcome, sentences: dict[Way, str]) -> None:
    for way, sentence in sentences.items():
        if outcome.videos[way]:
            size = f"{outcome.bytes[way] / 1024**2:,.1f} MB"
            click.echo(f"{sentence}: {outcome.videos[way]:,} videos of {outcome.lessons[way]:,} lessons, {size}.")
    if outcome.failed:
        click.echo(f"Not taken: {len(outcome.failed):,} lessons, which are as they were.")
    for lesson, host, reason in outcome.failed:
        click.echo(f"  {lesson['_id']}  {lesson['title']}  ({host}): {reason}")
    if outcome.silent >= MOST_SILENT:
        click.echo("The media store does not answer, so nothing more was asked of it. Run this again later.")
