"""Jobs have short names of their own, and no longer those of the files they lie in."""

import re
from typing import Any

import pymongo
from pymongo.database import Database

SECONDS = 3600

NAMES = {
    "gateway_refunds.find": "refunds.find_at_gateway",
    "media.remove": "media.remove_asset",
    "moderation.tell_approved": "courses.tell_approved",
    "moderation.tell_rejected": "courses.tell_rejected",
    "moderation.tell_sent_back": "courses.tell_sent_back",
    "moderation.tell_warned": "courses.tell_warned",
    "receipts.mail": "receipts.mail_receipt",
    **{
        name: name
        for name in (
            "courses.prove_counters",
            "courses.purge_deleted",
            "courses.tell_approved",
            "courses.tell_rejected",
            "courses.tell_sent_back",
            "courses.tell_warned",
            "media.remove_asset",
            "media.sweep",
            "otps.deliver",
            "payments.handle_event",
            "payments.reconcile",
            "receipts.mail_declined",
            "receipts.mail_refund",
            "refunds.send",
            "rollups.recount",
            "rollups.recount_all",
            "rollups.refresh",
            "users.authenticator_off",
            "users.authenticator_on",
            "users.erase_deleted",
            "users.password_changed",
            "users.tell_approved",
            "users.tell_declined",
            "users.tell_restored",
            "users.tell_suspended",
            "users.welcome",
            "users.wrong_staff_codes",
        )
    },
}
"""What jobs are called now, by the ends of their old names."""

OLD = re.compile(r"^lms\.jobs\.(?:\w+\.)*?(?P<end>\w+\.\w+)$")
"""`lms.jobs.otps.deliver`, also with a folder between."""


NO_MORE = re.compile(r"^lms\.jobs\.(?:\w+\.)*?invoices\.draw$")
"""The mail's job draws an invoice itself, unless it was fetched before."""


def up(db: Database[Any]) -> None:
    # The client allows an operation less time than a large outbox needs.
    with pymongo.timeout(SECONDS):
        db.outbox.delete_many({"job": NO_MORE})
        for old in db.outbox.distinct("job", {"job": OLD}):
            if new := _new(old):
                db.outbox.update_many({"job": old}, {"$set": {"job": new}})
        for planned in db.scheduledJobs.find({"_id": OLD}):
            if new := _new(planned["_id"]):
                times = {name: value for name, value in planned.items() if name != "_id"}
                db.scheduledJobs.update_one({"_id": new}, {"$setOnInsert": times}, upsert=True)
                db.scheduledJobs.delete_one({"_id": planned["_id"]})


def _new(old: str) -> str | None:
    found = OLD.match(old)
    return NAMES.get(found["end"]) if found else None
