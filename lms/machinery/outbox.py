"""Promises kept: a row written with its cause, a quick try through RQ, and a relay for whatever that missed."""

import uuid
from datetime import timedelta

import structlog
from bson import ObjectId
from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError

from lms import request_id
from lms.extensions import current_settings, queues
from lms.models.system.outbox import OutboxRow, outbox
from lms.models.transactions import after_commit

log = structlog.get_logger("outbox")

RUN = "lms.machinery.attempts.run"
"""What workers are told to call, with a row's id."""

LEASE_MARGIN_SECONDS = 5


def promise(job: str, args: list[str], queue: str) -> ObjectId:
    """Write down that the job of this name is to run, and enqueue it once that is committed."""
    row_id = outbox.add(job, args, queue, request_id.current.get())
    after_commit(lambda: _enqueue(row_id, queue))
    return row_id


def relay() -> int:
    """Enqueue every row whose time has come, unless the queue is down, and say how many there were."""
    count = 0
    try:
        queues.redis.ping()
    except RedisError:
        return count
    while row := outbox.claim_due(lease_length()):
        _enqueue(row["_id"], row["queue"])
        count += 1
    return count


def retry(row_id: ObjectId) -> OutboxRow | None:
    """Have a job that was given up attempted as often again; none when it is not given up. Part of a transaction."""
    row = outbox.retry(row_id)
    if row is not None:
        after_commit(lambda: forget_dead_letters(row))
        after_commit(lambda: _enqueue(row_id, row["queue"]))
    return row


def set_aside(row_id: ObjectId) -> OutboxRow | None:
    """Give up for good what was given up; none when it is not. Part of a transaction."""
    row = outbox.set_aside(row_id)
    if row is not None:
        after_commit(lambda: forget_dead_letters(row))
    return row


def forget_dead_letters(row: OutboxRow) -> None:
    """Take a row that has been seen to out of RQ's failed registry."""
    prefix = f"{row['_id']}-"
    try:
        registry = queues.get(row["queue"]).failed_job_registry
        for job_id in registry.get_job_ids(cleanup=False):
            if job_id.startswith(prefix):
                registry.remove(job_id, delete_job=True)
    except (RedisError, NoSuchJobError) as error:
        log.warning("dead_letter_kept", row=str(row["_id"]), reason=str(error)[:200])


def lease_length() -> timedelta:
    """How long a worker has an attempt to itself: as long as a job may take, and a little."""
    return timedelta(seconds=current_settings().job_timeout + LEASE_MARGIN_SECONDS)


def _enqueue(row_id: ObjectId, queue: str) -> None:
    timeout = current_settings().job_timeout
    try:
        job_id = f"{row_id}-{uuid.uuid4().hex[:8]}"
        queues.get(queue).enqueue(RUN, str(row_id), job_id=job_id, job_timeout=timeout, result_ttl=60)
    except RedisError as error:
        log.warning("enqueue_failed", row=str(row_id), reason=str(error)[:200])
