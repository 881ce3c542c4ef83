"""What operators run: the database, the first administrator, the processes, the demo data."""

import signal
import sys
import threading

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from lms import migrations
from lms.cli.command import Command, valid
from lms.controllers.accounts import administrators
from lms.controllers.certificates import credential_keys
from lms.diagram import DIAGRAM_FILE, er_diagram, replace_diagram
from lms.extensions import current_settings, queues
from lms.machinery import schedule, worker
from lms.machinery.registry import queue_names
from lms.schemas.fields import Email, LastName, Name, NewPassword

db = AppGroup("db", help="Bring the database up to date.")


@db.command("upgrade", cls=Command)
def upgrade() -> None:
    """Run the migrations that have not run yet, in order, each once; nothing before every server answers."""
    queues.redis.ping()
    done = migrations.upgrade(lambda name: click.echo(f"running {name}"))
    click.echo(f"{done} migration(s) run." if done else "The database is up to date.")


@db.command("status", cls=Command)
def status() -> None:
    """List the migrations and when each ran."""
    for name, ran_at in migrations.status():
        click.echo(f"{name}  {ran_at.isoformat(timespec='seconds') + 'Z' if ran_at else 'pending'}")


@db.command("diagram")
@click.option("--check", is_flag=True, help="Only say whether the diagram is current.")
def diagram(check: bool) -> None:
    """Draw the collections into docs/architecture.md."""
    text = DIAGRAM_FILE.read_text()
    current = replace_diagram(text, er_diagram())
    if check and current != text:
        raise click.ClickException("The diagram is stale: run `flask db diagram`.")
    DIAGRAM_FILE.write_text(current)
    click.echo("The diagram is current.")


@click.command("create-admin", cls=Command)
@click.option("--email", prompt=True, callback=lambda _, __, value: valid(Email, value))
@click.option("--first-name", prompt=True, callback=lambda _, __, value: valid(Name, value))
@click.option("--last-name", prompt=True, default="", callback=lambda _, __, value: valid(LastName, value))
@click.password_option(callback=lambda _, __, value: valid(NewPassword, value))
@click.option("--yes", is_flag=True, help="Do not ask before taking over an existing account.")
@with_appcontext
def create_admin(email: str, first_name: str, last_name: str, password: str, yes: bool) -> None:
    """Make an administrator: a new account, or the one that has this address."""
    if administrators.exists(email) and not yes:
        click.confirm(f"{email} has an account. Replace its name, password and role?", abort=True)
    administrators.create_admin(email, first_name, last_name, password)
    click.echo(f"{email} is an administrator.")


def _known(_: click.Context, __: click.Parameter, queue: str | None) -> str | None:
    if queue is not None and queue not in queue_names():
        raise click.BadParameter(f"There is no such queue; there are {', '.join(queue_names())}.")
    return queue


@click.command("worker", cls=Command)
@click.argument("queue", required=False, callback=_known)
@click.option("--burst", is_flag=True, help="End when the queue is empty.")
@with_appcontext
def run_worker(queue: str | None, burst: bool) -> None:
    """Run the jobs of one queue, or of every queue there is, each in a process of its own.

    Refuses to where PUBLIC_URL is not what certificates were signed for.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    credential_keys.require_home()
    if queue is None:
        sys.exit(worker.work_on_each(app, queue_names(), burst))
    worker.work(app, queue, burst)


@click.command("scheduler", cls=Command)
@with_appcontext
def run_scheduler() -> None:
    """Relay the outbox and start what runs by the clock."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    schedule.run(current_app._get_current_object(), stop)  # type: ignore[attr-defined]


@click.command("seed", cls=Command)
@click.option("--scale", default=1, show_default=True, type=click.IntRange(1, 1000), help="Multiply the catalogue.")
@click.option("--once", is_flag=True, help="Do nothing when the demo data is there already.")
@with_appcontext
def seed(scale: int, once: bool) -> None:
    """Fill an empty development database with demo data."""
    from lms.demo import seeding

    settings = current_settings()
    if settings.production:
        raise click.ClickException("Demo data is for development; this is production.")
    seeding.run(scale, once)


COMMANDS = (db, create_admin, run_worker, run_scheduler, seed)
