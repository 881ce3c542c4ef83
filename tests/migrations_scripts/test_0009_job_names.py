"""Migration 0009 on the rows of an installation whose jobs were named by their files."""

from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from lms import migrations
from lms.extensions import mongo
from lms.machinery import attempts
from lms.machinery.registry import JOBS, scheduled
from lms.models.base import now
from lms.models.system.outbox import outbox
from lms.models.system.scheduled_jobs import scheduled_jobs
from tests.world import World

SCHEDULE = {
    "users.erase_deleted": "users.erase_deleted",
    "courses.prove_counters": "courses.prove_counters",
    "courses.purge_deleted": "courses.purge_deleted",
    "media.sweep": "media.sweep",
    "rollups.recount_all": "rollups.recount_all",
    "rollups.refresh": "rollups.refresh",
    "gateway_refunds.find": "refunds.find_at_gateway",
    "payments.reconcile": "payments.reconcile",
}
"""All that ran by the clock, without the `lms.jobs.` before it."""

RENAMED = {
    "lms.jobs.otps.deliver": "otps.deliver",
    "lms.jobs.accounts.otps.deliver": "otps.deliver",
    "lms.jobs.media.remove": "media.remove_asset",
    "lms.jobs.authoring.media.remove_asset": "media.remove_asset",
    "lms.jobs.moderation.tell_approved": "courses.tell_approved",
    "lms.jobs.moderation.courses.tell_approved": "courses.tell_approved",
    "lms.jobs.users.tell_approved": "users.tell_approved",
    "lms.jobs.receipts.mail": "receipts.mail_receipt",
    "lms.jobs.payments.receipts.mail": "receipts.mail_receipt",
    "lms.jobs.payments.handle_event": "payments.handle_event",
    "lms.jobs.payments.payments.handle_event": "payments.handle_event",
    "lms.jobs.of_somebody.else": "lms.jobs.of_somebody.else",
}


@pytest.fixture
def migration(world: World) -> Any:
    return migrations._load("0009_name_jobs_shortly")


def test_every_old_name_leads_to_a_job_there_is(migration: Any) -> None:
    assert set(migration.NAMES.values()) <= set(JOBS)


def test_promises_keep_and_are_kept(world: World, migration: Any) -> None:
    learner = world.person()
    waiting = outbox.add("lms.jobs.users.welcome", [str(learner.id)], "mail", None)
    made = {old: outbox.add(old, [], "mail", None) for old in RENAMED}
    for old in ("lms.jobs.invoices.draw", "lms.jobs.payments.invoices.draw"):
        outbox.add(old, [str(ObjectId())], "default", None)  # the mail's job draws
    outbox.update_many({}, {"$set": {"dueAt": now() + timedelta(hours=1)}})
    for _ in range(2):
        migration.up(mongo.db)
        assert {old: outbox.get({"_id": id})["job"] for old, id in made.items()} == RENAMED
        assert outbox.count({}) == 1 + len(RENAMED)
    attempts.run(str(waiting))
    assert len(world.inbox.to(learner.email)) == 1


def test_the_schedule_keeps_its_times(world: World, migration: Any) -> None:
    times = {"lastRunAt": now() - timedelta(hours=1), "nextRunAt": now() + timedelta(hours=1)}
    scheduled_jobs.insert_many({"_id": f"lms.jobs.{old}", **times} for old in SCHEDULE)
    kept = [{"_id": name, **times} for name in sorted(SCHEDULE.values())]
    for _ in range(2):
        migration.up(mongo.db)
        assert scheduled_jobs.find({}, sort=[("_id", 1)]) == kept
    assert {each.name for each in scheduled()} >= set(SCHEDULE.values())


def test_what_a_scheduler_has_planned_meanwhile_stays(world: World, migration: Any) -> None:
    planned = {"_id": "media.sweep", "lastRunAt": None, "nextRunAt": now()}
    scheduled_jobs.insert(planned)
    scheduled_jobs.insert({**planned, "_id": "lms.jobs.media.sweep", "nextRunAt": now() - timedelta(days=1)})
    migration.up(mongo.db)
    assert scheduled_jobs.find({}) == [planned]
