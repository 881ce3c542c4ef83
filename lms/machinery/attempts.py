"""Attempts at what was promised: each by a lease, again later when it fails, left to staff when that was too often."""

from datetime import timedelta

import structlog
from bson import ObjectId

from lms import request_id
from lms.extensions import current_settings
from lms.machinery.outbox import forget_dead_letters, lease_length
from lms.machinery.registry import JOBS
from lms.models.actors import Actor, acting_as
from lms.models.system.outbox import OutboxRow, outbox

log = structlog.get_logger("outbox")


def run(row_id: str) -> None:
    """What RQ executes: one attempt of one row; the last failure is left to RQ's failed registry."""
    row = outbox.lease(ObjectId(row_id), lease_length())
    if row is None:
        return
    request_id.current.set(row["requestId"])
    try:
        _do(row)
    except Exception as error:
        if _postpone(row, error):
            return
        raise
    outbox.finish(row["_id"])
    if row["attempts"] > 1:
        forget_dead_letters(row)
    log.info("job_done", job=row["job"], attempts=row["attempts"])


def _do(row: OutboxRow) -> None:
    if row["job"] not in JOBS:
        raise LookupError(f"{row['job']} is not a job")
    with acting_as(Actor(None, row["job"], "system")):
        JOBS[row["job"]].run(row["args"])


def _postpone(row: OutboxRow, error: Exception) -> bool:
    """Plan the next attempt; false when there have been enough."""
    row_id, attempts, reason = row["_id"], row["attempts"], f"{type(error).__name__}: {error}"[:500]
    waits = current_settings().job_retry_seconds
    if attempts > len(waits):
        outbox.give_up(row_id, reason)
        log.error("job_dead", job=row["job"], attempts=attempts, reason=reason)
        return False
    outbox.postpone(row_id, timedelta(seconds=waits[attempts - 1]), reason)
    log.warning("job_postponed", job=row["job"], attempts=attempts, reason=reason)
    return True
