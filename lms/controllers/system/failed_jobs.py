"""What staff do about jobs whose attempts are used up."""

from collections.abc import Iterable

from bson import ObjectId

from lms.errors import JobNotFailed, JobNotFound
from lms.machinery import outbox as promises
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import OutboxRow, outbox
from lms.models.transactions import transactional


@transactional
def retry(row_id: ObjectId) -> None:
    """Have a failed job attempted anew, with as many attempts as at first."""
    row = get(row_id)
    retried = promises.retry(row_id)
    if retried is None:
        raise JobNotFailed
    audit_log.record("job.retry", outbox.subject(row), row, {**row, "state": "pending", "attempts": 0})


def retry_many(row_ids: Iterable[ObjectId]) -> int:
    """Have those of the jobs attempted anew that are failed still, and say how many those were."""
    count = 0
    for row_id in row_ids:
        try:
            retry(row_id)
        except (JobNotFailed, JobNotFound):
            continue
        count += 1
    return count


@transactional
def set_aside(row_id: ObjectId, reason: str) -> None:
    """Be done with a failed job without its effect, because it has come to nothing or was seen to by hand."""
    row = get(row_id)
    if promises.set_aside(row_id) is None:
        raise JobNotFailed
    audit_log.record("job.set_aside", outbox.subject(row), {"state": row["state"]}, {"state": "done"}, reason)


def get(row_id: ObjectId) -> OutboxRow:
    row = outbox.get({"_id": row_id})
    if row is None:
        raise JobNotFound
    return row
