"""The collections."""

from typing import Any

from pymongo.database import Database

from lms.models import (  # noqa: F401  (importing a model is what registers it)
    approvals,
    audit_log,
    blacklisted_tokens,
    categories,
    coupons,
    course_progress,
    courses,
    enrollments,
    invoices,
    ledger,
    media,
    migrations,
    orders,
    otps,
    outbox,
    payment_events,
    playbacks,
    profiles,
    progress_events,
    refunds,
    reviews,
    rollups,
    scheduled_jobs,
    sections,
    sessions,
    staff_sessions,
    subsections,
    tags,
    users,
)
from lms.models.base import COLLECTIONS


def create_indexes(db: Database[Any]) -> None:
    """Make every collection and the indexes its model declares; safe to run again."""
    for collection in COLLECTIONS.values():
        if collection.name not in db.list_collection_names():
            db.create_collection(collection.name)
        if collection.indexes:
            db[collection.name].create_indexes(list(collection.indexes))
