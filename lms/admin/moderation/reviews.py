"""Reviews: those that were reported, and all of them."""

from collections.abc import Sequence

from bson import ObjectId
from flask import Response

from lms.admin.filters import Between, OneOf, Only
from lms.admin.formats import Format, age, badge, moment, number, stars
from lms.admin.lists import Bulk, Column
from lms.admin.pages import action, page, read_form
from lms.admin.roles import CONTENT
from lms.admin.selected_rows import RevisedList
from lms.controllers.moderation import reviews as decisions
from lms.models.accounts.users import users
from lms.models.base import Filter
from lms.models.catalogue.courses import courses
from lms.models.learning.reviews import REPORTED, reviews
from lms.models.system.finding import having
from lms.schemas.accounts.users import SuspensionIn
from lms.schemas.moderation.decisions import DismissalIn, ReasonedIn, ReasonIn, SeenDismissalIn, SeenIn

EXCERPT = 120
MOST_AUTHORS = 200

excerpt = Format(lambda text: text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…")


class Stars(OneOf):
    """How many stars, which are stored as a number."""

    def clause(self, value: str) -> Filter:
        return {self.field: int(value)}


class ReviewList(RevisedList):
    """A list of reviews, each with a page to decide on."""

    allow = CONTENT
    collection = reviews
    stages = decisions.JOINED
    search_hint = "any part of the author's name or the course's title"

    def searching(self, text: str) -> Filter:
        authors = [each["_id"] for each in users.find(having(text), {"_id": 1}, limit=MOST_AUTHORS)]
        return {"$or": [{"user": {"$in": authors}}, {"course": {"$in": courses.titled(text)}}]}

    def named(self, ids: Sequence[ObjectId]) -> dict[ObjectId, str]:
        found = reviews.aggregate({"_id": {"$in": list(ids)}}, decisions.JOINED)
        return {each["_id"]: decisions.label(each) for each in found}

    @page("/<oid:review_id>")
    def details(self, review_id: ObjectId) -> str:
        return self.show("staff/review.html", **decisions.review_file(review_id))

    @action("/<oid:review_id>/hide", again="details")
    def hide(self, review_id: ObjectId) -> Response:
        form = read_form(ReasonedIn)
        decisions.hide(review_id, form.reason, form.seen)
        return self.done("The review is hidden, and counts no longer.", ".details", review_id=review_id)

    @action("/<oid:review_id>/restore", again="details")
    def restore(self, review_id: ObjectId) -> Response:
        decisions.restore(review_id, read_form(SeenIn).seen)
        return self.done("The review is shown again, and counts again.", ".details", review_id=review_id)

    @action("/<oid:review_id>/dismiss", again="details")
    def dismiss(self, review_id: ObjectId) -> Response:
        form = read_form(SeenDismissalIn)
        decisions.dismiss(review_id, form.seen, form.reason)
        return self.done("The reports are dismissed.", ".index_view")

    @action("/<oid:review_id>/warn", again="details")
    def warn(self, review_id: ObjectId) -> Response:
        form = read_form(ReasonedIn)
        decisions.warn(review_id, form.reason, form.seen)
        return self.done("The author is warned by mail.", ".details", review_id=review_id)

    @action("/<oid:review_id>/suspend", again="details")
    def suspend(self, review_id: ObjectId) -> Response:
        form = read_form(SuspensionIn)
        decisions.suspend_author(review_id, form.reason, form.revision, form.seen)
        return self.done("The author's account is suspended.", ".details", review_id=review_id)

    @action("/hide", again="index_view")
    def hide_many(self) -> Response:
        reason = read_form(ReasonIn, but=("id",)).reason
        return self.decide(lambda review_id, seen: decisions.hide(review_id, reason, seen), "Hidden")

    @action("/dismiss", again="index_view")
    def dismiss_many(self) -> Response:
        reason = read_form(DismissalIn, but=("id",)).reason
        return self.decide(lambda review_id, seen: decisions.dismiss(review_id, seen, reason), "Reports dismissed")


class ReportsView(ReviewList):
    slug, title, group = "reports", "Reported reviews", "Moderation"
    where = REPORTED
    columns = (
        Column("review", "Review", excerpt, link=True),
        Column("rating", "Stars", stars),
        Column("of.title", "Course"),
        Column("author.name", "Author"),
        Column("status", "Status", badge),
        Column("openReports", "Reports", number, sort=True),
        Column("reportedAt", "First report", age, sort=True),
    )
    default_sort = ("reportedAt", 1)
    empty = "No review is reported."
    bulk = (Bulk("hide_many", "Hide", reason=True), Bulk("dismiss_many", "Dismiss the reports"))

    def waiting(self) -> int:
        return reviews.count(self.where)


class ReviewsView(ReviewList):
    slug, title, group = "reviews", "Reviews", "Catalogue"
    columns = (
        Column("review", "Review", excerpt, link=True),
        Column("rating", "Stars", stars, sort=True),
        Column("of.title", "Course"),
        Column("author.name", "Author"),
        Column("status", "Status", badge),
        Column("createdAt", "Written", moment, sort=True),
    )
    filters = (
        OneOf("status", "Status", ("visible", "hidden")),
        Stars("rating", "Stars", ("1", "2", "3", "4", "5")),
        Only("reportedAt", "Reported", REPORTED),
        Between("createdAt", "Written"),
    )
    default_sort = ("createdAt", -1)
    bulk = (Bulk("hide_many", "Hide", reason=True),)
