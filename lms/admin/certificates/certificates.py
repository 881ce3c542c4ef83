"""Certificates: finding one, looking at it, deciding on it."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bson import ObjectId
from flask import Response, url_for

from lms.admin.filters import Between, Narrowing, OfCourse, OneOf
from lms.admin.formats import Format, badge, moment
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, USERS
from lms.controllers.certificates import decisions, own
from lms.http import responses
from lms.models.accounts.users import users
from lms.models.base import Filter
from lms.models.certificates.certificates import REASONS, STATES, certificates
from lms.models.system.finding import having
from lms.schemas.certificates.certificates import StaffDecisionIn, StaffReissueIn
from lms.services.certificates import codes

MOST_HOLDERS = 200
WHY = [(each, each.replace("_", " ")) for each in REASONS]

code = Format(codes.shown, codes.shown)


class CertificateList(ListView):
    """A list of certificates; each has its page in the list of all."""

    collection = certificates
    stages = ({"$unset": ["pdf", "credential"]},)
    filters: ClassVar[Sequence[Narrowing | Between]] = (
        OneOf("state", "State", STATES),
        OfCourse("course", "Course"),
        Between("issuedAt", "Issued"),
    )
    default_sort = ("issuedAt", -1)
    search_hint = "any part of the holder's name, or the code"

    def searching(self, text: str) -> Filter:
        holders = [each["_id"] for each in users.find(having(text), {"_id": 1}, limit=MOST_HOLDERS)]
        return {"$or": [{"user": {"$in": holders}}, {"code": codes.read(text)}]}

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for("staff_certificates.details", certificate_id=row["_id"])


class CertificatesView(CertificateList):
    slug, title, group, allow = "certificates", "Certificates", "Certificates", USERS
    columns = (
        Column("code", "Code", code, link=True),
        Column("facts.recipientName", "Holder"),
        Column("facts.courseTitle", "Course"),
        Column("state", "State", badge),
        Column("issuedAt", "Issued", moment, sort=True),
        Column("validUntil", "Until", moment),
        Column("reason.kind", "Why"),
    )

    @page("/<oid:certificate_id>")
    def details(self, certificate_id: ObjectId) -> str:
        return self.show("staff/certificate.html", **decisions.certificate_file(certificate_id), reasons=WHY)

    @page("/<oid:certificate_id>/pdf")
    def pdf(self, certificate_id: ObjectId) -> Response:
        return responses.file(own.any_pdf(certificate_id))

    @action("/<oid:certificate_id>/revoke", allow=ADMINS, again="details")
    def revoke(self, certificate_id: ObjectId) -> Response:
        form = read_form(StaffDecisionIn)
        decisions.revoke(certificate_id, form.kind, form.text, form.seen)
        return self.done("It is revoked, and its holder is told so.", ".details", certificate_id=certificate_id)

    @action("/<oid:certificate_id>/suspend", allow=ADMINS, again="details")
    def suspend(self, certificate_id: ObjectId) -> Response:
        form = read_form(StaffDecisionIn)
        decisions.suspend(certificate_id, form.kind, form.text, form.seen)
        return self.done("It does not hold for now.", ".details", certificate_id=certificate_id)

    @action("/<oid:certificate_id>/restore", allow=ADMINS, again="details")
    def restore(self, certificate_id: ObjectId) -> Response:
        form = read_form(StaffDecisionIn)
        decisions.restore(certificate_id, form.kind, form.text, form.seen)
        return self.done("It holds again.", ".details", certificate_id=certificate_id)

    @action("/<oid:certificate_id>/reissue", allow=ADMINS, again="details")
    def reissue(self, certificate_id: ObjectId) -> Response:
        form = read_form(StaffReissueIn)
        made = decisions.reissue(certificate_id, form.text, form.recipient_name, form.seen)
        return self.done("This one replaces it, and is mailed.", ".details", certificate_id=made["_id"])


class CertificatesToDecideView(CertificateList):
    slug, title, group, allow = "certificates-to-decide", "Certificates to decide", "Certificates", ADMINS
    lead = "They do not hold for now: the price of the course went back, or staff suspended them."
    where = {"state": "suspended"}
    columns = (
        Column("code", "Code", code, link=True),
        Column("facts.recipientName", "Holder"),
        Column("facts.courseTitle", "Course"),
        Column("reason.kind", "Why"),
        Column("changedAt", "Since", moment),
        Column("issuedAt", "Issued", moment, sort=True),
    )
    filters = (OfCourse("course", "Course"), Between("issuedAt", "Issued"))
    empty = "No certificate waits for a decision."

    def waiting(self) -> int:
        return certificates.count(self.where)
