"""`flask worker` as operators start it, for one queue and for all of them."""

import os
import signal
from pathlib import Path

from rq import Worker

from lms.extensions import queues
from lms.jobs.accounts import users as mailing
from lms.jobs.authoring import media as sweeping
from lms.machinery.registry import queue_names
from lms.models.system.outbox import outbox
from tests.processes import flask
from tests.waiting import eventually
from tests.world import World


def test_one_command_works_on_every_queue_until_one_of_its_workers_ends(
    world: World, environment: dict[str, str]
) -> None:
    welcome, sweep = mailing.welcome.promise(world.person().id), sweeping.sweep.promise()
    with flask("worker", environment={**os.environ, **environment}) as process:
        eventually(lambda: outbox.count({"_id": {"$in": [welcome, sweep]}, "state": "done"}) == 2)
        assert world.get("/readyz").json["queue"] == "ok"
        workers = children(process.pid)
        assert len(workers) == len(queue_names()) == 2
        os.kill(workers[0], signal.SIGKILL)
        assert process.wait(60) == 1
    assert not any(alive(pid) for pid in workers)


def test_asked_to_end_it_ends_its_workers_too(world: World, environment: dict[str, str]) -> None:
    with flask("worker", environment={**os.environ, **environment}) as process:
        eventually(lambda: len(Worker.all(connection=queues.redis)) == 2)
        workers = children(process.pid)
        process.terminate()
        assert process.wait(60) == 0
    assert not any(alive(pid) for pid in workers)


def test_killed_it_leaves_no_worker_behind(world: World, environment: dict[str, str]) -> None:
    with flask("worker", environment={**os.environ, **environment}) as process:
        eventually(lambda: len(Worker.all(connection=queues.redis)) == 2)
        workers = children(process.pid)
        process.kill()
        eventually(lambda: not any(alive(pid) for pid in workers))


def test_a_queue_that_no_job_is_for_has_no_worker(world: World) -> None:
    result = world.app.test_cli_runner().invoke(args=["worker", "post"])
    assert result.exit_code == 2
    assert "There is no such queue; there are default, mail." in result.output


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait to be asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
