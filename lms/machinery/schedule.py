"""The loop that promises what runs by the clock, each run once however many schedulers there are."""

import threading
from datetime import datetime

import structlog
from flask import Flask
from pymongo.errors import PyMongoError

from lms.machinery import outbox
from lms.machinery.registry import Job, scheduled
from lms.models.base import now
from lms.models.system.scheduled_jobs import scheduled_jobs
from lms.models.transactions import transactional

log = structlog.get_logger("scheduler")

TICK_SECONDS = 1.0


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
    """Promise what is due at a moment (UTC), and relay the outbox."""
    next_runs = scheduled_jobs.next_runs()
    for job in scheduled():
        if job.name not in next_runs:
            scheduled_jobs.plan(job.name, job.after(moment))
        elif next_runs[job.name] <= moment:
            promise_due(job, moment)
    outbox.relay()


@transactional
def promise_due(job: Job[...], moment: datetime) -> None:
    """Promise a job if it is due and no other scheduler has done so."""
    if scheduled_jobs.claim(job.name, moment, job.after(moment)):
        job.promise()
