"""What RQ knows of its queues: who works on them, and what waits, runs and has failed."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from lms.extensions import queues
from lms.machinery.registry import queue_names

log = structlog.get_logger("queues")


@dataclass(frozen=True)
class WorkerState:
    """One worker: `seen_at` is its last sign of life, times are UTC."""

    name: str
    state: str
    began_at: datetime | None
    seen_at: datetime | None
    done: int
    failed: int


@dataclass(frozen=True)
class QueueState:
    """`failed` counts RQ's dead letters; what is promised is in the outbox, also when Redis is empty."""

    name: str
    waiting: int
    running: int
    failed: int
    workers: list[WorkerState]


def states() -> list[QueueState] | None:
    """Every queue as it is now; none when Redis does not answer."""
    try:
        return [_state(name) for name in queue_names()]
    except RedisError as error:
        log.warning("queues_unknown", reason=str(error)[:200])
        return None


def _state(name: str) -> QueueState:
    queue = queues.get(name)
    return QueueState(
        name,
        waiting=queue.count,
        running=queue.started_job_registry.get_job_count(cleanup=False),
        failed=queue.failed_job_registry.get_job_count(cleanup=False),
        workers=[_worker(each) for each in Worker.all(queue=queue, serializer=JSONSerializer)],
    )


def _worker(worker: BaseWorker) -> WorkerState:
    return WorkerState(
        worker.name,
        str(worker.get_state()),
        _naive(worker.birth_date),
        _naive(worker.last_heartbeat),
        worker.successful_job_count,
        worker.failed_job_count,
    )


def _naive(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=None) if moment else None
