"""Queues, the schedule, migrations and caches."""

from flask import Response

from lms import migrations
from lms.admin.pages import StaffView, action, page
from lms.admin.roles import ADMINS
from lms.controllers.system import caches, scheduled_jobs
from lms.machinery import queues
from lms.models.system.migrations import migrations as migration_rows
from lms.models.system.outbox import outbox


class QueuesView(StaffView):
    slug, title, group, allow = "queues", "Queues", "Machinery", ADMINS

    @page("/")
    def index(self) -> str:
        return self.show("staff/queues.html", queues=queues.states(), tally=outbox.tally())


class ScheduleView(StaffView):
    slug, title, group, allow = "schedule", "Schedule", "Machinery", ADMINS

    @page("/")
    def index(self) -> str:
        return self.show("staff/schedule.html", planned=scheduled_jobs.every())

    @action("/<string:job>/run")
    def run(self, job: str) -> Response:
        scheduled_jobs.run_now(job)
        return self.done("The job runs as soon as a worker is free.", ".index")


class MigrationsView(StaffView):
    slug, title, group, allow = "migrations", "Migrations", "Machinery", ADMINS

    @page("/")
    def index(self) -> str:
        seconds = {row["_id"]: row.get("seconds") for row in migration_rows.find({})}
        return self.show("staff/migrations.html", status=migrations.status(), seconds=seconds)


class CachesView(StaffView):
    slug, title, group, allow = "caches", "Caches", "Machinery", ADMINS

    @page("/")
    def index(self) -> str:
        return self.show("staff/caches.html", state=caches.state())

    @action("/clear", again="index")
    def clear(self) -> Response:
        caches.clear()
        return self.done("Every page is made anew.", ".index")
