"""Administrators looking at the machinery in their browser, and helping it along."""

from collections.abc import Iterator

import pytest
from bson import ObjectId

from lms import migrations
from lms.jobs.accounts import users
from lms.machinery import registry, schedule, worker
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import outbox
from tests.services.system.test_page_store import redis_at
from tests.smtp import free_port
from tests.staff import Browser, notices, rows, soup
from tests.world import World

FAILED = "/admin/failed-jobs/"
ASHA = "asha@example.com"


@pytest.fixture
def no_redis(world: World) -> Iterator[None]:
    with redis_at(free_port()):
        yield


@pytest.fixture
def failed(world: World) -> ObjectId:
    """A mail that the server for mail has refused as often as it was tried."""
    row_id = users.welcome.promise(world.person(email=ASHA, firstName="Asha", lastName="Rao").id)
    world.inbox.refusal = "451 later"
    world.run_jobs()
    world.inbox.refusal = None
    return row_id


class TestFailedJobs:
    def test_are_listed_with_what_they_are_about_and_why(self, admin: Browser, failed: ObjectId) -> None:
        page = admin.page(FAILED)
        (row,) = rows(page)
        assert row[1:3] == ["users.welcome", "Asha Rao"]
        assert row[3].startswith("SMTPDataError: (451")
        assert row[4] == "6"
        assert "1 waiting" in page.select_one(f"nav a[href='{FAILED}']").get_text()
        assert len(rows(admin.page(f"{FAILED}?flt0_job=users.welcome&flt0_queue=mail"))) == 1
        assert rows(admin.page(f"{FAILED}?flt0_queue=default")) == []
        (about,) = outbox.get({"_id": failed})["args"]
        assert len(rows(admin.page(f"{FAILED}?search={about}"))) == 1

    def test_are_exported_with_what_they_are_about(self, admin: Browser, failed: ObjectId) -> None:
        assert "users.welcome,Asha Rao," in admin.get(f"{FAILED}export.csv").text

    def test_a_failed_mail_is_tried_again(self, world: World, admin: Browser, failed: ObjectId) -> None:
        page = admin.page(f"{FAILED}{failed}")
        (link,) = page.select("main a[href*='/admin/users/']")
        assert admin.page(str(link["href"])).h1 is not None
        (form,) = page.select("form[action$='/retry']")
        assert notices(admin.act(str(form["action"]))) == ["The job is tried again."]
        world.run_jobs()
        assert len(world.inbox.to(ASHA)) == 1
        assert "done" in admin.page(f"{FAILED}{failed}").h1.get_text()
        again = admin.post(f"{FAILED}{failed}/retry")
        assert (again.status_code, notices(soup(again))) == (
            409,
            ["The job has not failed, or somebody has seen to it already."],
        )

    def test_many_are_tried_again_together(self, world: World, admin: Browser, failed: ObjectId) -> None:
        page = admin.act(f"{FAILED}retry", {"id": [str(failed), str(ObjectId())]})
        assert notices(page) == ["1 job is tried again."]
        world.run_jobs()
        assert len(world.inbox.to(ASHA)) == 1
        assert admin.post(f"{FAILED}retry").status_code == 400

    def test_one_is_set_aside_with_a_reason(self, admin: Browser, failed: ObjectId) -> None:
        assert admin.post(f"{FAILED}{failed}/set-aside", {"reason": " "}).status_code == 400
        admin.act(f"{FAILED}{failed}/set-aside", {"reason": "Told her by telephone."})
        assert "No job has failed." in admin.page(FAILED).get_text()
        (entry,) = audit_log.history("outbox", failed)
        assert entry["reason"] == "Told her by telephone."

    def test_that_are_not_there_are_told(self, admin: Browser) -> None:
        assert admin.get(f"{FAILED}{ObjectId()}").status_code == 404
        assert admin.post(f"{FAILED}{ObjectId()}/retry").status_code == 404


def test_the_outbox_shows_what_is_promised_the_oldest_first(world: World, admin: Browser) -> None:
    learner = world.person(email=ASHA, firstName="Asha", lastName="Rao")
    for job in (users.welcome, users.password_changed):
        job.promise(learner.id)
    first, second = rows(admin.page("/admin/outbox/"))
    assert (first[:3], second[0]) == (["users.welcome", "Asha Rao", "mail"], "users.password_changed")
    world.run_jobs()
    assert "Nothing is waiting." in admin.page("/admin/outbox/").get_text()


class TestQueues:
    def test_show_workers_and_what_waits(self, world: World, admin: Browser, failed: ObjectId) -> None:
        process = worker.make(world.app, "mail", inline=True)
        process.register_birth()
        page = admin.page("/admin/queues/")
        process.register_death()
        _, default, mail, left = page.select("main .card")
        assert process.name[:12] in mail.get_text()
        assert [each.get_text() for each in mail.select("dd")] == ["0", "0", "1"]
        assert "No worker is alive" in default.get_text()
        assert [cell.get_text(strip=True) for cell in left.select("td")][:3] == ["users.welcome", "0", "1"]

    def test_are_an_ordinary_page_while_redis_is_away(
        self, world: World, admin: Browser, failed: ObjectId, no_redis: None
    ) -> None:
        page = admin.page("/admin/queues/")
        (notice,) = notices(page)
        assert notice.startswith("Redis does not answer.")
        assert rows(page)[0][:3] == ["users.welcome", "0", "1"]
        assert notices(admin.act(f"{FAILED}{failed}/retry")) == ["The job is tried again."]


class TestTheSchedule:
    def test_shows_every_job_and_runs_one_now(self, world: World, admin: Browser) -> None:
        assert rows(admin.page("/admin/schedule/"))[0][4] == "No scheduler has run yet."
        schedule.tick(now())
        page = admin.page("/admin/schedule/")
        assert len(rows(page)) == len(registry.scheduled())
        (form,) = [each for each in page.select("main form") if "media.sweep" in each["action"]]
        page = admin.act(str(form["action"]))
        assert notices(page) == ["The job runs as soon as a worker is free."]
        world.run_jobs()
        (sweep,) = [row for row in rows(admin.page("/admin/schedule/")) if row[0].startswith("media.sweep")]
        assert sweep[3] == "done"

    def test_runs_nothing_else(self, admin: Browser) -> None:
        assert admin.post("/admin/schedule/users.welcome/run").status_code == 404
        assert outbox.count({}) == 0


def test_migrations_are_listed_with_when_they_ran(admin: Browser) -> None:
    shown = rows(admin.page("/admin/migrations/"))
    assert [row[0] for row in shown] == migrations.names()
    assert all(row[1].endswith(f"{now():%Y}, ") or f"{now():%Y}" in row[1] for row in shown)


class TestCaches:
    def test_are_cleared(self, world: World, admin: Browser) -> None:
        world.get("/courses/")
        before = admin.page("/admin/caches/").select_one("dd").get_text()
        page = admin.act("/admin/caches/clear")
        assert notices(page) == ["Every page is made anew."]
        assert page.select_one("dd").get_text() != before

    def test_are_an_ordinary_page_while_redis_is_away(self, admin: Browser, no_redis: None) -> None:
        assert notices(admin.page("/admin/caches/"))[0].startswith("Redis does not answer.")
        assert admin.post("/admin/caches/clear").status_code == 503
