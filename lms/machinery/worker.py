"""The RQ worker: every job inside the application's context, none outliving the worker."""

import multiprocessing
import os
import signal
from multiprocessing.connection import wait
from typing import Any

from flask import Flask
from rq import Worker, worker_registration
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from lms import request_id
from lms.extensions import queues
from lms.process import die_with_parent, do_one_job

WORKER_TTL_SECONDS = 30
MAINTENANCE_SECONDS = 5
ENDED = (0, -signal.SIGTERM)
"""The exit codes of a worker that has done all it should, or was asked to end before it began."""


class InAppContext:
    """Runs each job as a request would run: with the application, and with nothing left of the job before."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
        request_id.current.set(None)
        with self.app.app_context():
            return bool(super().perform_job(job, queue, *args, **kwargs))  # type: ignore[misc]


class Registered:
    """Stands in Redis also after Redis has lost its data: RQ writes a worker down at its birth only.

    What is missing is written with every sign of life, so within 15 seconds for a worker with nothing to do.
    """

    max_connection_wait_time = 10.0
    """Seconds between two looks for a Redis that is away."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        super().heartbeat(timeout, pipeline)  # type: ignore[misc]
        worker: Any = self
        connection = worker.connection if pipeline is None else pipeline
        worker_registration.register(worker, connection)
        for name, value in {**worker.serialize(), "state": worker.get_state()}.items():
            connection.hsetnx(worker.key, name, value)


class AppWorker(Registered, InAppContext, Worker):
    """Forks for each job; the child ends with its parent, so that a killed worker leaves nothing running."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(self.pid)
        do_one_job()
        super().main_work_horse(job, queue)


class InlineWorker(InAppContext, SimpleWorker):
    """Runs jobs in its own process, where tests and debuggers can follow them; RQ's commands from afar reach it not."""

    def subscribe(self) -> None:
        """Leave out the thread that listens for commands: each run would wait a fifth of a second for its end."""


def make(app: Flask, queue: str, inline: bool = False) -> AppWorker | InlineWorker:
    kind = InlineWorker if inline else AppWorker
    source = queues.get_patient(queue)
    worker = kind(
        [source],
        connection=source.connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MAINTENANCE_SECONDS,
    )
    worker.app = app
    return worker


def work(app: Flask, queue: str, burst: bool = False) -> None:
    """Run the jobs of one queue until this process is asked to end, or with `burst` until the queue is empty."""
    make(app, queue).work(burst=burst, logging_level="WARNING")


def work_on_each(app: Flask, queues: list[str], burst: bool = False) -> int:
    """Run the jobs of every queue, each in a process of its own, and give the exit code once all have ended.

    When one of them ends the others are asked to, so that whoever watches over this process starts them all again.
    """
    fork, parent = multiprocessing.get_context("fork"), os.getpid()
    workers = [fork.Process(target=_work_below, args=(parent, app, queue, burst)) for queue in queues]
    for each in workers:
        each.start()

    def end(*_: object) -> None:
        for each in workers:
            each.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while running := [each.sentinel for each in workers if each.is_alive()]:
        wait(running)
        if not burst or any(each.exitcode for each in workers):
            end()
    return 0 if all(each.exitcode in ENDED for each in workers) else 1


def _work_below(parent: int, app: Flask, queue: str, burst: bool) -> None:
    die_with_parent(parent)
    work(app, queue, burst)
