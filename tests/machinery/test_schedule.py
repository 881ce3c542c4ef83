"""What the scheduler does every second."""

from lms.machinery import schedule
from lms.machinery.registry import scheduled
from lms.models.base import now
from lms.models.system.outbox import outbox
from lms.models.system.scheduled_jobs import scheduled_jobs
from tests.database import profiled
from tests.world import World


def test_nearly_always_it_has_nothing_to_do_but_read_the_plan(world: World) -> None:
    schedule.tick(now())
    with profiled() as asked:
        schedule.tick(now())
    assert [each["op"] for each in asked if each["ns"].endswith(".scheduledJobs")] == ["query"]
    assert len(asked) == 2, "the plan, and what is due of the outbox"


def test_what_is_due_is_promised_once_and_planned_again(world: World) -> None:
    schedule.tick(now())
    due, *_ = scheduled()
    moment = scheduled_jobs.next_runs()[due.name]
    schedule.tick(moment)
    schedule.tick(moment)
    assert outbox.count({"job": due.name}) == 1
    assert scheduled_jobs.next_runs()[due.name] == due.after(moment)
