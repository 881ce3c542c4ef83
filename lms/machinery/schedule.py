"""What runs by the clock, as data, and the loop that promises each run once however many schedulers there are."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from croniter import croniter
from flask import Flask
from pymongo.errors import PyMongoError

from lms.jobs.accounts import users
from lms.jobs.analytics import rollups
from lms.jobs.authoring import media
from lms.jobs.catalogue import courses
from lms.jobs.payments import payments, refunds
from lms.machinery import outbox
from lms.models.base import now, transactional
from lms.models.system.scheduled_jobs import scheduled_jobs

log = structlog.get_logger("scheduler")

TICK_SECONDS = 1.0


@dataclass(frozen=True)
class Entry:
    """A job and its times (`cron`: minute hour day month weekday, and seconds where given, in UTC)."""

    cron: str
    job: Callable[[], None]

    @property
    def name(self) -> str:
        return f"{self.job.__module__}.{self.job.__qualname__}"

    def after(self, moment: datetime) -> datetime:
        following: datetime = croniter(self.cron, moment).get_next(datetime)
        return following


SCHEDULE = (
    Entry("15 2 * * *", users.erase_deleted),
    Entry("45 2 * * *", courses.prove_counters),
    Entry("15 3 * * *", courses.purge_deleted),
    Entry("45 3 * * *", media.sweep),
    Entry("15 4 * * *", rollups.recount_all),
    Entry("*/5 * * * *", rollups.refresh),
    Entry("*/10 * * * *", refunds.find),
    Entry("* * * * * */30", payments.reconcile),
)


def run(app: Flask, stop: threading.Event) -> None:
    """Relay the outbox every second and promise what is due, until `stop` is set."""
    with app.app_context():
        while not stop.is_set():
            try:
                tick(now())
            except PyMongoError as error:
                log.error("tick_failed", reason=str(error)[:300])
            stop.wait(TICK_SECONDS)


def tick(moment: datetime) -> None:
    for entry in SCHEDULE:
        scheduled_jobs.plan(entry.name, entry.after(moment))
        promise_due(entry, moment)
    outbox.relay()


@transactional
def promise_due(entry: Entry, moment: datetime) -> None:
    if scheduled_jobs.claim(entry.name, moment, entry.after(moment)):
        outbox.promise(entry.job, queue="default")
