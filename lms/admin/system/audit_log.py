"""The audit log: what staff and administrators did."""

from functools import partial
from typing import Any

import orjson
from bson import ObjectId

from lms.admin.filters import Between, IdOneOf, OneOf
from lms.admin.formats import NOTHING, badge, iso, moment
from lms.admin.lists import Column, ListView
from lms.admin.pages import page, views
from lms.admin.roles import ADMINS
from lms.controllers.system import audit_log as audit_controller
from lms.models.base import Filter
from lms.models.system.audit_log import AuditEntry, audit_log
from lms.models.system.finding import having


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
        OneOf("action", "What", partial(audit_controller.values, "action")),
        IdOneOf("actor", "Who", audit_controller.actors),
        OneOf("collection", "In", partial(audit_controller.values, "collection")),
        Between("at", "When"),
    )
    search_hint = "who, which, its id or why"
    default_sort = ("at", -1)
    lead = "What staff and administrators did. Rows are only ever added."

    def searching(self, text: str) -> Filter:
        return having(text)

    @page("/<oid:row_id>")
    def details(self, row_id: ObjectId) -> Any:
        row = audit_controller.row(row_id)
        changes = [(name, shown(row["before"].get(name)), shown(row["after"].get(name))) for name in row["after"]]
        return self.show("staff/audit_row.html", row=row, changes=changes, page_of_subject=self._page_of(row))

    def _page_of(self, row: AuditEntry) -> str | None:
        """Where what was acted upon has a page of its own that whoever looks may see."""
        for view in views(self.admin):
            lists_it = isinstance(view, ListView) and view.collection.name == row["collection"]
            if lists_it and hasattr(view, "details") and view.may("details"):
                address: str = view.address_of({"_id": row["subject"]})
                return address
        return None


def shown(value: Any) -> str:
    """A stored value as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode()
    return iso(value) if hasattr(value, "isoformat") else str(value)
