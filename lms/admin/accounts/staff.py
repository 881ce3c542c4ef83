"""Who works here."""

from collections.abc import Mapping
from typing import Any

from flask import Response, url_for

from lms.admin.formats import age, badge, yes_no
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, read_form
from lms.admin.roles import ADMINS
from lms.controllers.accounts import staff as controller
from lms.models.accounts import user_administration
from lms.models.accounts.users import users
from lms.models.base import Filter
from lms.schemas.accounts.users import AppointmentIn


class StaffListView(ListView):
    slug, title, group, allow = "staff", "Staff", "Staff", ADMINS
    collection = users
    where = user_administration.STAFF
    columns = (
        Column("name", "Name", link=True),
        Column("email", "E-mail address"),
        Column("staffRole", "Role", badge),
        Column("status", "Status", badge),
        Column("authenticator", "Authenticator", yes_no),
        Column("enteredAt", "Last sign-in here", age),
    )
    stages = controller.SHOWN
    search_hint = "any part of a name or an e-mail address"
    default_sort = ("createdAt", 1)
    list_template = "staff/staff.html"

    def searching(self, text: str) -> Filter:
        return user_administration.having(text)

    def address_of(self, row: Mapping[str, Any]) -> str:
        """Staff are people: their page is there."""
        return url_for("staff_users.details", user_id=row["_id"])

    @action("/", again="index_view")
    def appoint(self) -> Response:
        form = read_form(AppointmentIn)
        controller.appoint(form.email, form.staff_role, form.reason)
        return self.done(f"{form.email} is {form.staff_role} now.", ".index_view")
