"""People: finding them, seeing what they have here, and deciding on their accounts."""

from typing import Any

from bson import ObjectId
from flask import Response, request, url_for

from lms.admin.filters import Between, OneOf, YesNo
from lms.admin.formats import age, badge, moment
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.accounts import merging, user_files
from lms.controllers.accounts import users as user_controller
from lms.controllers.learning import enrollments
from lms.errors import Refusal
from lms.models.accounts import merged_accounts, user_administration
from lms.models.accounts.users import NAME, users
from lms.models.base import Filter
from lms.schemas.accounts.users import DecisionIn, MergeIn, RoleIn
from lms.schemas.learning.enrollments import EndedIn

PROVEN, UNPROVEN = {"emailVerifiedAt": {"$ne": None}}, {"pendingUntil": {"$type": "date"}}


class UsersView(ListView):
    slug, title, group, allow = "users", "Users", "People", USERS
    collection = users
    columns = (
        Column("searchText", "Name", sort=True, link=True),
        Column("email", "E-mail address"),
        Column("role", "Role", badge),
        Column("staffRole", "Staff", badge),
        Column("status", "Status", badge),
        Column("createdAt", "Signed up", moment, sort=True),
        Column("lastSignInAt", "Last sign-in", age, sort=True),
    )
    # What is sorted by is written the way it is compared; what is shown is the name.
    stages = [{"$set": {"searchText": NAME}}]
    filters = (
        OneOf("role", "Role", ("student", "instructor", "admin")),
        OneOf("status", "Status", ("active", "suspended")),
        YesNo("emailVerifiedAt", "E-mail confirmed", PROVEN, UNPROVEN),
        Between("createdAt", "Signed up"),
    )
    search_hint = "any part of a name or an e-mail address"
    default_sort = ("createdAt", -1)

    def searching(self, text: str) -> Filter:
        return user_administration.having(text)

    @page("/<oid:user_id>")
    def details(self, user_id: ObjectId) -> Any:
        if kept_id := merged_accounts.leads_to(user_id):
            return self.leads_to(url_for(".details", user_id=kept_id))
        return self.show("staff/user.html", **user_files.user_file(user_id))

    @action("/<oid:user_id>/suspend", again="details")
    def suspend(self, user_id: ObjectId) -> Response:
        form = read_form(DecisionIn)
        user_controller.suspend(user_id, form.reason, form.seen)
        return self.done("The account is suspended, and its owner is told why.", ".details", user_id=user_id)

    @action("/<oid:user_id>/restore", again="details")
    def restore(self, user_id: ObjectId) -> Response:
        form = read_form(DecisionIn)
        user_controller.restore(user_id, form.reason, form.seen)
        return self.done("The account is open again.", ".details", user_id=user_id)

    @action("/<oid:user_id>/bring-back", again="details")
    def bring_back(self, user_id: ObjectId) -> Response:
        user_controller.bring_back(user_id)
        return self.done("The account is back.", ".details", user_id=user_id)

    @action("/<oid:user_id>/sign-out", again="details")
    def sign_out(self, user_id: ObjectId) -> Response:
        user_controller.sign_out(user_id)
        return self.done("Every sign-in has ended.", ".details", user_id=user_id)

    @action("/<oid:user_id>/role", again="details", allow=ADMINS)
    def change_role(self, user_id: ObjectId) -> Response:
        form = read_form(RoleIn)
        user_controller.change_role(user_id, form.role, form.staff_role, form.reason, form.seen)
        return self.done("The role is changed.", ".details", user_id=user_id)

    @action("/<oid:user_id>/authenticator", again="details", allow=ADMINS)
    def reset_authenticator(self, user_id: ObjectId) -> Response:
        form = read_form(DecisionIn)
        user_controller.reset_totp(user_id, form.reason, form.seen)
        return self.done("Their next sign-in here takes a mailed code.", ".details", user_id=user_id)

    @action("/<oid:user_id>/end-enrolment", again="details", allow=ADMINS)
    def end_enrolment(self, user_id: ObjectId) -> Response:
        form = read_form(EndedIn)
        enrollments.end(form.enrolment, form.reason)
        return self.done("The enrolment has ended, and the learner is told why.", ".details", user_id=user_id)

    @page("/<oid:user_id>/merge", allow=ADMINS)
    def merging(self, user_id: ObjectId) -> str:
        """What merging another account into this one would do, once its address is given."""
        kept, typed = user_files.account(user_id), request.values.get("email", "").strip()
        looked, why = None, None
        try:
            looked = merging.look(user_id, user_files.by_address(typed)) if typed else None
        except Refusal as refusal:
            why = refusal
        return self.show("staff/merge.html", kept=kept, email=typed, looked=looked, why=why)

    @action("/<oid:user_id>/merge", allow=ADMINS, again="merging")
    def merge(self, user_id: ObjectId) -> Response:
        form = read_form(MergeIn)
        merging.merge(user_id, user_files.by_address(form.email), form.reason, form.seen)
        return self.done("The two accounts are one, and both addresses are told.", ".details", user_id=user_id)
