"""What runs by the clock, as staff look at it."""

from dataclasses import dataclass
from datetime import datetime

from lms.errors import JobNotFound
from lms.machinery.registry import Job, scheduled
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import OutboxRow, outbox
from lms.models.system.scheduled_jobs import ScheduledJob, scheduled_jobs
from lms.models.transactions import transactional


@dataclass(frozen=True)
class Planned:
    """One entry of the schedule: when it was due last and is next (UTC), and how its latest run went, if known."""

    name: str
    purpose: str
    cron: str
    last_due_at: datetime | None
    next_due_at: datetime | None
    latest: OutboxRow | None


def every() -> list[Planned]:
    """What runs by the clock, by the alphabet."""
    times = {each["_id"]: each for each in scheduled_jobs.find({})}
    return [_planned(job, times.get(job.name)) for job in scheduled()]


def _planned(job: Job[...], times: ScheduledJob | None) -> Planned:
    return Planned(
        job.name,
        job.purpose,
        job.every or "",
        times["lastRunAt"] if times else None,
        times["nextRunAt"] if times else None,
        outbox.latest(job.name),
    )


@transactional
def run_now(name: str) -> None:
    """Have a job of the schedule run now as well; its next time stays."""
    job = next((each for each in scheduled() if each.name == name), None)
    if job is None:
        raise JobNotFound
    job.promise()
    audit_log.record("schedule.run", scheduled_jobs.subject({"_id": name}))
