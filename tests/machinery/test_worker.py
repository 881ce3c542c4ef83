"""`flask worker` as operators start it, for one queue and for all of them."""

import os
import signal
from pathlib import Path

from rq import Worker

from lms.extensions import queues
from lms.jobs.accounts import users as mailing
from lms.jobs.authoring import media as sweeping
from lms.machinery import queues as rq_queues
from lms.machinery import worker
from lms.machinery.registry import queue_names
from lms.models.system.outbox import outbox
from tests.processes import flask
from tests.waiting import eventually
from tests.world import World


def test_one_command_works_on_every_queue_until_one_of_its_workers_ends(
    world: World, environment: dict[str, str]
) -> None:
    welcome, sweep = mailing.welcome.promise(world.person().id), sweeping.sweep.promise()
    with flask("worker", environment={**os.environ, **environment}, anew=True) as process:
        eventually(lambda: outbox.count({"_id": {"$in": [welcome, sweep]}, "state": "done"}) == 2)
        assert world.get("/readyz").json["queue"] == "ok"
        workers = children(process.pid)
        assert len(workers) == len(queue_names()) == 3
        os.kill(workers[0], signal.SIGKILL)
        assert process.wait(60) == 1
    assert not any(alive(pid) for pid in workers)


def test_asked_to_end_it_ends_its_workers_too(world: World, environment: dict[str, str]) -> None:
    with flask("worker", environment={**os.environ, **environment}, anew=True) as process:
        eventually(lambda: len(Worker.all(connection=queues.redis)) == len(queue_names()))
        workers = children(process.pid)
        process.terminate()
        assert process.wait(60) == 0
    assert not any(alive(pid) for pid in workers)


def test_killed_it_leaves_no_worker_behind(world: World, environment: dict[str, str]) -> None:
    with flask("worker", environment={**os.environ, **environment}, anew=True) as process:
        eventually(lambda: len(Worker.all(connection=queues.redis)) == len(queue_names()))
        workers = children(process.pid)
        process.kill()
        eventually(lambda: not any(alive(pid) for pid in workers))


def test_a_queue_that_no_job_is_for_has_no_worker(world: World) -> None:
    result = world.app.test_cli_runner().invoke(args=["worker", "post"])
    assert result.exit_code == 2
    assert "There is no such queue; there are bulk, default, mail." in result.output


def test_redis_that_lost_its_data_hears_of_a_worker_with_its_next_sign_of_life(world: World) -> None:
    workers = [worker.make(world.app, name) for name in queue_names()]
    for each in workers:
        each.register_birth()
        each.set_state("idle")
    queues.redis.flushdb()
    assert world.get("/readyz").json["queue"] == "no worker for bulk, default, mail"
    for each in workers:
        each.heartbeat()
        waits = each.dequeue_timeout + each.max_connection_wait_time
        assert waits <= 30, "seconds until the next sign of life, and until a Redis that was away is found"
    assert world.get("/readyz").json["status"] == "ok"
    states = rq_queues.states()
    assert states is not None
    seen = [(known.name, known.state, known.began_at is not None) for state in states for known in state.workers]
    assert sorted(seen) == sorted((each.name, "idle", True) for each in workers)
    for each in workers:
        each.register_death()


def test_a_worker_that_was_killed_does_not_count_for_long(world: World) -> None:
    workers = [worker.make(world.app, name) for name in queue_names()]
    for each in workers:
        each.register_birth()
    queues.redis.delete(workers[0].key)
    assert world.get("/readyz").json["queue"] == f"no worker for {queue_names()[0]}"


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait to be asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
