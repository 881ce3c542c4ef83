"""Promises kept: a row written with its cause, a quick try through RQ, and a relay for whatever that missed."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from bson import ObjectId
from flask import current_app
from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError
from rq.utils import import_attribute

from lms import request_id
from lms.extensions import queues
from lms.models.base import after_commit
from lms.models.system.outbox import OutboxRow, outbox

log = structlog.get_logger("outbox")

JOBS_PACKAGE = "lms.jobs."
LEASE_MARGIN_SECONDS = 5


def promise(job: Callable[..., None], *args: ObjectId | str, queue: str = "mail") -> ObjectId:
    """Have `job(*args)` run at least once, if the transaction around this is committed."""
    name = f"{job.__module__}.{job.__qualname__}"
    row_id = outbox.add(name, tuple(str(arg) for arg in args), queue, request_id.current.get())
    after_commit(lambda: _enqueue(row_id, queue))
    return row_id


def relay() -> int:
    """Enqueue every row whose time has come, unless the queue is down, and say how many there were."""
    count = 0
    try:
        queues.redis.ping()
    except RedisError:
        return count
    while row := outbox.claim_due(_lease()):
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


def run(row_id: str) -> None:
    """What RQ executes: one attempt of one row; the last failure is left to RQ's failed registry."""
    row = outbox.lease(ObjectId(row_id), _lease())
    if row is None:
        return
    request_id.current.set(row["requestId"])
    try:
        _function(row["job"])(*row["args"])
    except Exception as error:
        if _postpone(row, error):
            return
        raise
    outbox.finish(row["_id"])
    if row["attempts"] > 1:
        forget_dead_letters(row)
    log.info("job_done", job=row["job"], attempts=row["attempts"])


def _postpone(row: OutboxRow, error: Exception) -> bool:
    """Plan the next attempt; false when there have been enough."""
    row_id, attempts, reason = row["_id"], row["attempts"], f"{type(error).__name__}: {error}"[:500]
    waits = current_app.config["SETTINGS"].job_retry_seconds
    if attempts > len(waits):
        outbox.give_up(row_id, reason)
        log.error("job_dead", job=row["job"], attempts=attempts, reason=reason)
        return False
    outbox.postpone(row_id, timedelta(seconds=waits[attempts - 1]), reason)
    log.warning("job_postponed", job=row["job"], attempts=attempts, reason=reason)
    return True


def _function(name: str) -> Callable[..., None]:
    if not name.startswith(JOBS_PACKAGE):
        raise ValueError(f"{name} is not a job")
    function: Callable[..., None] = import_attribute(name)
    return function


def _lease() -> timedelta:
    return timedelta(seconds=current_app.config["SETTINGS"].job_timeout + LEASE_MARGIN_SECONDS)


def _enqueue(row_id: ObjectId, queue: str) -> None:
    timeout = current_app.config["SETTINGS"].job_timeout
    try:
        job_id = f"{row_id}-{uuid.uuid4().hex[:8]}"
        queues.get(queue).enqueue(run, str(row_id), job_id=job_id, job_timeout=timeout, result_ttl=60)
    except RedisError as error:
        log.warning("enqueue_failed", row=str(row_id), reason=str(error)[:200])
