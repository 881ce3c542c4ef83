"""The RQ worker: every job inside the application's context, none outliving the worker."""

from typing import Any

from flask import Flask
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from lms import request_id
from lms.extensions import queues
from lms.process import die_with_parent

WORKER_TTL_SECONDS = 30
MAINTENANCE_SECONDS = 5


class InAppContext:
    """Runs each job as a request would run: with the application, and with nothing left of the job before."""

    app: Flask

    def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
        request_id.current.set(None)
        with self.app.app_context():
            return bool(super().perform_job(job, queue, *args, **kwargs))  # type: ignore[misc]


class AppWorker(InAppContext, Worker):
    """Forks for each job; the child ends with its parent, so that a killed worker leaves nothing running."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        die_with_parent(self.pid)
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
