"""What staff see of the machinery and do to it: failed jobs, queues, the schedule, the cache."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId
from flask.testing import FlaskClient

from lms.controllers.system import caches, failed_jobs, job_subjects, scheduled_jobs
from lms.errors import JobNotFailed, JobNotFound, Unavailable
from lms.extensions import queues
from lms.jobs.accounts import users
from lms.jobs.authoring import media
from lms.machinery import queues as rq_queues
from lms.machinery import schedule, worker
from lms.machinery.registry import JOBS, scheduled
from lms.models.accounts.contact_messages import contact_messages
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.payments.payment_events import payment_events
from lms.models.payments.stray_payments import stray_payments
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import OutboxRow
from lms.models.system.outbox import outbox as rows
from lms.models.transactions import transactional
from tests.buying import selling
from tests.documents import whole
from tests.services.system.test_page_store import redis_at
from tests.smtp import free_port
from tests.world import Person, World, at_once

ASHA = "asha@example.com"


@pytest.fixture
def learner(world: World) -> Person:
    return world.person(email=ASHA, firstName="Asha", lastName="Rao")


@pytest.fixture
def no_redis(world: World) -> Iterator[None]:
    """What is promised meanwhile stays in MongoDB."""
    with redis_at(free_port()):
        yield


@pytest.fixture
def failed(world: World, learner: Person) -> OutboxRow:
    """A mail that the server for mail has refused as often as it was tried."""
    return fail(world, learner)


@transactional
def promised(learner: Person) -> ObjectId:
    return users.welcome.promise(learner.id)


def fail(world: World, learner: Person) -> OutboxRow:
    world.inbox.refusal = "451 later"
    row_id = promised(learner)
    world.run_jobs()
    world.inbox.refusal = None
    row = the(row_id)
    assert row["state"] == "failed"
    return row


def the(row_id: ObjectId) -> OutboxRow:
    row = rows.get({"_id": row_id})
    assert row is not None
    return row


def dead_letters(queue: str = "mail") -> int:
    return queues.get(queue).failed_job_registry.get_job_count(cleanup=False)


class TestAFailedMail:
    def test_is_kept_with_its_reason_and_told_of_by_rq(self, failed: OutboxRow) -> None:
        assert (failed["attempts"], dead_letters()) == (6, 1)
        assert failed["reason"].startswith("SMTPDataError: (451")
        assert failed["createdAt"] <= failed["failedAt"] <= now()

    def test_that_is_retried_arrives_and_leaves_the_dead_letters(self, world: World, failed: OutboxRow) -> None:
        failed_jobs.retry(failed["_id"])
        assert (the(failed["_id"])["state"], dead_letters()) == ("pending", 0)
        world.run_jobs()
        assert (the(failed["_id"])["state"], len(world.inbox.to(ASHA))) == ("done", 1)

    def test_that_is_retried_has_all_its_attempts_again(self, world: World, failed: OutboxRow) -> None:
        failed_jobs.retry(failed["_id"])
        world.inbox.refusal, world.inbox.asked = "451 later", 0
        world.run_jobs()
        assert (the(failed["_id"])["state"], world.inbox.asked, dead_letters()) == ("failed", 6, 1)

    def test_that_is_retried_is_audited(self, failed: OutboxRow) -> None:
        failed_jobs.retry(failed["_id"])
        (entry,) = audit_log.history("outbox", failed["_id"])
        assert (entry["action"], entry["label"]) == ("job.retry", "users.welcome")
        assert entry["before"] == {"state": "failed", "attempts": 6}
        assert entry["after"] == {"state": "pending", "attempts": 0}

    def test_is_retried_once_however_many_do_it(self, world: World, failed: OutboxRow) -> None:
        def retry() -> str:
            with world.app.app_context():
                try:
                    failed_jobs.retry(failed["_id"])
                except JobNotFailed as refusal:
                    return refusal.code
                return "retried"

        assert sorted(at_once([retry] * 5)) == [*["job_not_failed"] * 4, "retried"]
        world.run_jobs()
        assert (len(world.inbox.to(ASHA)), audit_log.count({})) == (1, 1)

    def test_can_be_retried_while_redis_is_away(self, world: World, failed: OutboxRow, no_redis: None) -> None:
        failed_jobs.retry(failed["_id"])
        assert the(failed["_id"])["state"] == "pending"

    def test_that_is_set_aside_is_never_tried_again(self, world: World, failed: OutboxRow) -> None:
        failed_jobs.set_aside(failed["_id"], "Told her by telephone.")
        world.run_jobs()
        row = the(failed["_id"])
        assert (row["state"], world.inbox.to(ASHA), dead_letters()) == ("done", [], 0)
        assert row["expiresAt"] > now()
        (entry,) = audit_log.history("outbox", row["_id"])
        assert (entry["action"], entry["reason"]) == ("job.set_aside", "Told her by telephone.")
        for late in (failed_jobs.retry, lambda id: failed_jobs.set_aside(id, "Again")):
            with pytest.raises(JobNotFailed):
                late(row["_id"])

    def test_that_is_set_aside_stays_so_when_an_attempt_of_before_fails(self, failed: OutboxRow) -> None:
        failed_jobs.set_aside(failed["_id"], "Told her by telephone.")
        rows.give_up(failed["_id"], "Too late.")
        rows.postpone(failed["_id"], timedelta(0), "Too late.")
        assert the(failed["_id"])["reason"] != "Too late."
        assert the(failed["_id"])["state"] == "done"


def test_many_failed_jobs_are_retried_together(world: World, learner: Person) -> None:
    failed = [fail(world, learner)["_id"] for _ in range(3)]
    failed_jobs.retry(failed[0])
    assert failed_jobs.retry_many([*failed, ObjectId()]) == 2
    world.run_jobs()
    assert (len(world.inbox.to(ASHA)), audit_log.count({"action": "job.retry"})) == (3, 3)


def test_a_job_that_nobody_knows_cannot_be_retried(world: World) -> None:
    for act in (failed_jobs.retry, lambda id: failed_jobs.set_aside(id, "Why")):
        with pytest.raises(JobNotFound):
            act(ObjectId())


def test_a_dead_letter_of_a_killed_worker_goes_when_its_row_is_done(world: World, learner: Person) -> None:
    """RQ gives up what a killed worker was at; the outbox has another do it."""
    row_id = promised(learner)
    queue = queues.get("mail")
    (job,) = queue.jobs
    rows.update({"_id": row_id}, {"$set": {"attempts": 1, "dueAt": now()}})
    queue.remove(job)
    queue.failed_job_registry.add(job, ttl=60)
    world.run_jobs()
    assert (the(row_id)["state"], dead_letters()) == ("done", 0)


class TestWhatAJobIsAbout:
    def test_a_mail_names_its_reader(self, failed: OutboxRow, learner: Person) -> None:
        about = job_subjects.subjects_of([failed])[failed["_id"]]
        assert (about.collection, about.id, about.label) == ("users", learner.id, "Asha Rao")

    def test_the_jobs_of_an_order_name_it(self, world: World, learner: Person) -> None:
        with selling(world):
            purchase = world.buy(learner, world.course(world.person("instructor"), amount=49900))
            world.refund(world.person("admin"), purchase)
            world.run_jobs()
        waiting = rows.find({})
        assert {row["job"].split(".")[0] for row in waiting} == {"receipts", "refunds"}
        assert {about.id for about in job_subjects.subjects_of(waiting).values()} == {purchase.id}
        assert len(job_subjects.subjects_of(waiting)) == len(waiting)

    def test_a_code_is_named_by_its_address_and_never_told(self, world: World, learner: Person) -> None:
        world.post("/auth/sendotp", {"email": ASHA, "purpose": "login"})
        world.run_jobs()
        (row,) = rows.find({"job": "otps.deliver"})
        (about,) = job_subjects.subjects_of([row]).values()
        assert about.label == f"{ASHA} (login)"
        assert world.code_for(ASHA) not in str(row)

    def test_every_mail_says_whom_or_what_it_is_about(self) -> None:
        told = {name for name, job in JOBS.items() if job.about}
        takes_an_id = {
            name for name, job in JOBS.items() if job.parameters and job.parameters[0].annotation is ObjectId
        }
        assert takes_an_id <= told, "what takes no id takes days, keys, or a place to go on from"
        assert {name for name, job in JOBS.items() if job.queue == "mail"} <= told

    def test_whatever_a_job_is_about_has_a_name(self, world: World, learner: Person) -> None:
        with selling(world):
            purchase = world.buy(learner, world.course(world.person("instructor"), amount=49900))
            world.refund(world.person("admin"), purchase)
            world.run_jobs()
        world.post("/auth/sendotp", {"email": ASHA, "purpose": "login"})
        world.video(learner)
        name = {"firstName": "Asha", "lastName": "Rao", "contactNumber": None}
        contact_messages.add({**name, "email": ASHA, "message": "Hello"})
        payment_events.keep("evt_1", "{}")
        stray_payments.note("pay_1", None, 100, "INR")
        for job in JOBS.values():
            if job.about:
                if job.about.raw.find_one() is None:
                    job.about.raw.insert_one(whole(job.about.fields))
                document: Any = job.about.raw.find_one()
                row: Any = {"_id": ObjectId(), "job": job.name, "args": [str(document["_id"])]}
                (about,) = job_subjects.subjects_of([row]).values()
                assert about.label, job.name

    def test_what_is_gone_is_not_named(self, failed: OutboxRow) -> None:
        assert job_subjects.subjects_of([{**failed, "args": [str(ObjectId())]}, {**failed, "job": "x.y"}]) == {}


class TestQueues:
    def test_say_what_waits_and_who_works(self, world: World, learner: Person) -> None:
        promised(learner)
        process = worker.make(world.app, "mail", inline=True)
        process.register_birth()
        _, default, mail = rq_queues.states() or []
        assert (mail.name, mail.waiting, mail.running, mail.failed) == ("mail", 1, 0, 0)
        assert [each.name for each in mail.workers] == [process.name]
        assert mail.workers[0].began_at is not None
        assert abs((now() - mail.workers[0].began_at).total_seconds()) < 60
        assert (default.name, default.waiting, default.workers) == ("default", 0, [])
        process.register_death()

    def test_count_what_failed(self, failed: OutboxRow) -> None:
        *_, mail = rq_queues.states() or []
        assert (mail.waiting, mail.failed) == (0, 1)

    def test_are_unknown_while_redis_is_away(self, no_redis: None) -> None:
        assert rq_queues.states() is None


def test_the_outbox_is_tallied_by_job_the_oldest_first(world: World, failed: OutboxRow, learner: Person) -> None:
    for _ in range(2):
        media.sweep.promise()
    promised(learner)
    welcome, sweep = rows.tally()
    assert (welcome["job"], welcome["pending"], welcome["failed"]) == ("users.welcome", 1, 1)
    assert welcome["oldest"] == failed["createdAt"]
    assert (sweep["job"], sweep["pending"], sweep["failed"]) == ("media.sweep", 2, 0)


class TestTheSchedule:
    def the_sweep(self) -> Any:
        return next(each for each in scheduled_jobs.every() if each.name == "media.sweep")

    def test_says_when_each_job_runs_and_what_for(self, world: World) -> None:
        assert [each.next_due_at for each in scheduled_jobs.every()] == [None] * len(scheduled())
        moment = now()
        schedule.tick(moment)
        assert all(each.next_due_at > moment for each in scheduled_jobs.every() if each.next_due_at)
        sweep = self.the_sweep()
        assert (sweep.cron, sweep.last_due_at, sweep.latest) == ("45 3 * * *", None, None)
        assert sweep.purpose.startswith("Remove what has been there for a day")
        assert all(each.purpose for each in scheduled_jobs.every())

    def test_says_how_the_latest_run_went(self, world: World) -> None:
        moment = now()
        for entry in scheduled():
            rows.delete_many({})
            schedule.promise_due(entry, moment)
        schedule.tick(moment)
        scheduled_jobs.run_now("media.sweep")
        world.run_jobs()
        latest = self.the_sweep().latest
        assert (latest["state"], latest["attempts"]) == ("done", 1)

    def test_runs_a_job_now_and_keeps_its_time(self, world: World) -> None:
        schedule.tick(now())
        before = self.the_sweep()
        scheduled_jobs.run_now("media.sweep")
        after = self.the_sweep()
        assert (after.next_due_at, after.latest["state"]) == (before.next_due_at, "pending")
        (entry,) = audit_log.find({})
        assert (entry["action"], entry["subject"], entry["label"]) == (
            "schedule.run",
            "media.sweep",
            "media.sweep",
        )

    def test_runs_nothing_that_is_not_in_it(self, world: World) -> None:
        for name in ("users.welcome", "os.abort", ""):
            with pytest.raises(JobNotFound):
                scheduled_jobs.run_now(name)
        assert (rows.count({}), audit_log.count({})) == (0, 0)


class TestTheCache:
    def test_that_is_cleared_makes_its_pages_anew(self, world: World) -> None:
        course = world.course(world.person("instructor"), title="Before")
        assert world.get("/courses/").json["data"][0]["title"] == "Before"
        courses.raw.update_one({"_id": course.id}, {"$set": {"title": "After"}})
        trusting = FlaskClient(world.app, world.app.response_class)
        old = world.get("/courses/", client=trusting)
        assert old.json["data"][0]["title"] == "Before", "nothing has told the store of pages"
        before = caches.state()
        caches.clear()
        after = caches.state()
        assert world.get("/courses/").json["data"][0]["title"] == "After"
        assert before is not None
        assert after is not None
        assert before.latest_change != after.latest_change
        assert [entry["action"] for entry in audit_log.find({})] == ["cache.clear"]

    def test_is_unknown_and_cannot_be_cleared_while_redis_is_away(self, no_redis: None) -> None:
        assert caches.state() is None
        with pytest.raises(Unavailable):
            caches.clear()
        assert audit_log.count({}) == 0
