"""What runs by the clock, as staff look at it."""

from dataclasses import dataclass
from datetime import datetime

from lms.errors import JobNotFound
from lms.machinery.outbox import promise
from lms.machinery.schedule import SCHEDULE, Entry
from lms.models.base import Subject, transactional
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import OutboxRow, outbox
from lms.models.system.scheduled_jobs import ScheduledJob, scheduled_jobs


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
    """The schedule in its order."""
    times = {each["_id"]: each for each in scheduled_jobs.find({})}
    return [_planned(entry, times.get(entry.name)) for entry in SCHEDULE]


def _planned(entry: Entry, times: ScheduledJob | None) -> Planned:
    return Planned(
        entry.name,
        (entry.job.__doc__ or "").partition("\n")[0],
        entry.cron,
        times["lastRunAt"] if times else None,
        times["nextRunAt"] if times else None,
        outbox.latest(entry.name),
    )


@transactional
def run_now(name: str) -> None:
    """Have a job of the schedule run now as well; its next time stays."""
    entry = next((each for each in SCHEDULE if each.name == name), None)
    if entry is None:
        raise JobNotFound
    promise(entry.job, queue="default")
    audit_log.record("schedule.run", Subject(scheduled_jobs.name, name, name.removeprefix("lms.jobs.")))
