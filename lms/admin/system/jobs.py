"""Jobs that failed, and those that are promised and not done."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from bson import ObjectId
from flask import Response, url_for

from lms.admin.filters import OneOf
from lms.admin.formats import age, moment, number, text
from lms.admin.lists import Bulk, Column, ListView
from lms.admin.pages import action, page, read_form, selected_ids
from lms.admin.roles import ADMINS
from lms.controllers.system import failed_jobs, job_subjects
from lms.machinery.registry import queue_names
from lms.models.base import Filter, Subject
from lms.models.system.outbox import outbox
from lms.schemas.system.failed_jobs import SetAsideIn

NAMED_AT_ONCE = 200

PAGES = {
    "courses": ("staff_courses.details", "course_id"),
    "orders": ("staff_orders.details", "order_id"),
    "otps": ("staff_deliveries.details", "otp_id"),
    "users": ("staff_users.details", "user_id"),
}
"""Where there is a page about what a job is about, and what its address calls the id."""


def _names() -> list[tuple[str, str]]:
    return [(name, name) for name in outbox.names()]


class JobList(ListView):
    """Rows of the outbox, each with whom or what it is about."""

    allow = ADMINS
    collection = outbox
    filters = (OneOf("job", "Job", _names), OneOf("queue", "Queue", queue_names))
    search_hint = "the id of what it is about"

    def searching(self, text: str) -> Filter:
        return {"args": text}

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[int, list[dict[str, Any]]]:
        total, rows = super().get_list(*args, **kwargs)
        return total, list(_named(rows))

    def _lines(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
        return super()._lines(_named(rows))


def _address_of(about: Subject) -> str | None:
    if about.collection not in PAGES:
        return None
    endpoint, name = PAGES[about.collection]
    values: dict[str, Any] = {name: about.id}
    return url_for(endpoint, **values)


def _named(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The rows with `about`, asked for many at once."""
    remaining = iter(rows)
    while batch := list(islice(remaining, NAMED_AT_ONCE)):
        known = job_subjects.subjects_of(batch)
        yield from ({**row, "about": known[row["_id"]].label if row["_id"] in known else None} for row in batch)


class FailedJobsView(JobList):
    slug, title, group = "failed-jobs", "Failed jobs", "Machinery"
    lead = "Their attempts are used up: nothing happens with them until somebody sees to it."
    where = {"state": "failed"}
    columns = (
        Column("job", "Job", link=True),
        Column("about", "About"),
        Column("reason", "What failed"),
        Column("attempts", "Attempts", number),
        Column("createdAt", "Promised", moment, sort=True),
        Column("failedAt", "Failed", age, sort=True),
    )
    default_sort = ("failedAt", -1)
    empty = "No job has failed."
    bulk = (Bulk("retry_many", "Try again"),)

    def waiting(self) -> int:
        return outbox.count(self.where)

    @page("/<oid:row_id>")
    def details(self, row_id: ObjectId) -> str:
        row = failed_jobs.get(row_id)
        about = job_subjects.subjects_of([row]).get(row_id)
        address = _address_of(about) if about else None
        return self.show("staff/job.html", row=row, about=about, address=address)

    @action("/<oid:row_id>/retry", again="details")
    def retry(self, row_id: ObjectId) -> Response:
        failed_jobs.retry(row_id)
        return self.done("The job is tried again.", ".details", row_id=row_id)

    @action("/<oid:row_id>/set-aside", again="details")
    def set_aside(self, row_id: ObjectId) -> Response:
        failed_jobs.set_aside(row_id, read_form(SetAsideIn).reason)
        return self.done("The job is set aside.", ".details", row_id=row_id)

    @action("/retry", again="index_view")
    def retry_many(self) -> Response:
        count = failed_jobs.retry_many(selected_ids())
        return self.done(f"{count} {'job is' if count == 1 else 'jobs are'} tried again.", ".index_view")


class OutboxView(JobList):
    slug, title, group = "outbox", "Outbox", "Machinery"
    lead = "What is promised and not done yet, kept in MongoDB, so that nothing is lost with Redis."
    where = {"state": "pending"}
    columns = (
        Column("job", "Job"),
        Column("about", "About"),
        Column("queue", "Queue", text),
        Column("attempts", "Attempts", number),
        Column("reason", "What failed last"),
        Column("createdAt", "Promised", age, sort=True),
        Column("dueAt", "Next attempt", age),
    )
    default_sort = ("createdAt", 1)
    empty = "Nothing is waiting."
