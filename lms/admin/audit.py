"""The audit log: what staff and administrators did."""

from typing import Any

from bson import ObjectId

from lms.admin.filters import Between, IdOneOf, OneOf
from lms.admin.formats import badge, moment
from lms.admin.lists import Column, ListView
from lms.admin.pages import page
from lms.admin.roles import ADMINS
from lms.controllers import audit
from lms.models.audit_log import audit_log
from lms.models.base import Filter
from lms.models.finding import having


class AuditView(ListView):
    slug, title, group, allow = "audit", "Audit log", "Staff", ADMINS
    collection = audit_log
    columns = (
        Column("at", "When", moment, sort=True, link=True),
        Column("actorName", "Who"),
        Column("actorRole", "As", badge),
        Column("action", "What"),
        Column("collection", "In"),
        Column("label", "Which"),
        Column("reason", "Why"),
        Column("address", "From"),
    )
    filters = (
        OneOf("action", "What", audit.actions),
        IdOneOf("actor", "Who", audit.actors),
        OneOf("collection", "In", audit.collections),
        Between("at", "When"),
    )
    search_hint = "who, which, its id or why"
    default_sort = ("at", -1)
    lead = "Rows are added with what they tell, and never changed."

    def searching(self, text: str) -> Filter:
        return having(text)

    @page("/<oid:row_id>")
    def details(self, row_id: ObjectId) -> Any:
        return self.show("staff/audit_row.html", **audit.row(row_id))
