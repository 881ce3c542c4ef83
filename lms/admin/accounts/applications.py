"""Instructors who wait to be approved."""

from typing import Any

from bson import ObjectId
from flask import Response

from lms.admin.formats import age
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import USERS
from lms.controllers.accounts import applications, user_files
from lms.models.accounts import user_administration
from lms.models.accounts.users import NAME, users
from lms.models.base import Filter
from lms.schemas.accounts.users import ApprovalIn, DecisionIn


class ApplicationsView(ListView):
    slug, title, group, allow = "applications", "Applications", "People", USERS
    collection = users
    where = user_administration.APPLYING
    columns = (
        Column("name", "Name", link=True),
        Column("email", "E-mail address"),
        Column("appliedAt", "Waiting", age, sort=True),
        Column("lastSignInAt", "Last sign-in", age),
    )
    stages = [{"$set": {"name": NAME}}]
    search_hint = "any part of a name or an e-mail address"
    default_sort = ("appliedAt", 1)
    lead = "People who signed up to teach and wait to be approved, the longest waiting first."
    empty = "Nobody waits to be approved."

    def searching(self, text: str) -> Filter:
        return user_administration.having(text)

    def waiting(self) -> int:
        return applications.waiting()

    @page("/<oid:user_id>")
    def details(self, user_id: ObjectId) -> Any:
        return self.show(
            "staff/application.html", **user_files.user_file(user_id), courses=applications.drafts(user_id)
        )

    @action("/<oid:user_id>/approve", again="details")
    def approve(self, user_id: ObjectId) -> Response:
        applications.approve(user_id, read_form(ApprovalIn).seen)
        return self.done("The instructor is approved and told so.", ".index_view")

    @action("/<oid:user_id>/decline", again="details")
    def decline(self, user_id: ObjectId) -> Response:
        form = read_form(DecisionIn)
        applications.decline(user_id, form.reason, form.seen)
        return self.done("The application is declined, and they are told why.", ".index_view")
