"""Courses that wait for staff: those in review, and published ones that were changed since."""

from collections.abc import Sequence

from bson import ObjectId
from flask import Response

from lms.admin.filters import IdOneOf
from lms.admin.formats import age, number
from lms.admin.lists import Bulk, Column
from lms.admin.moderation.approvals import told
from lms.admin.pages import action, page, read_form
from lms.admin.roles import CONTENT
from lms.admin.selected_rows import RevisedList
from lms.controllers.moderation import course_previews
from lms.controllers.moderation import courses as moderation
from lms.models.accounts.users import NAME
from lms.models.base import Filter
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import CHANGED, IN_REVIEW, courses
from lms.models.stages import lookup
from lms.models.system.finding import having
from lms.schemas.moderation.decisions import ReasonedIn, ReasonIn, SeenIn


def shelves() -> list[tuple[str, str]]:
    return [(str(card["id"]), card["name"]) for card in categories.cards()]


class CourseList(RevisedList):
    """A list of courses, each with a page on which every lesson plays."""

    allow = CONTENT
    collection = courses
    stages = [
        *lookup("users", "instructor", "author", {"name": NAME}),
        *lookup("categories", "category", "shelf", {"name": 1}),
        {"$set": {"lessonsCount": {"$size": {"$ifNull": ["$lessons", []]}}}},
    ]
    search_hint = "any part of the title"

    def searching(self, text: str) -> Filter:
        return having(text)

    def named(self, ids: Sequence[ObjectId]) -> dict[ObjectId, str]:
        return {each["_id"]: each["title"] for each in courses.find({"_id": {"$in": ids}}, {"title": 1})}

    def preview(self, template: str, course_id: ObjectId) -> str:
        about = course_previews.course_preview(course_id)
        return self.show(template, **about, told=told(about["changes"], about["shelves"]))


class WaitingList(CourseList):
    group = "Moderation"
    filters = (IdOneOf("category", "Category", shelves),)

    def waiting(self) -> int:
        return courses.count(self.where)


class WaitingCoursesView(WaitingList):
    slug, title = "waiting-courses", "Waiting courses"
    where = IN_REVIEW
    columns = (
        Column("title", "Title", link=True),
        Column("author.name", "Author"),
        Column("shelf.name", "Category"),
        Column("lessonsCount", "Lessons", number),
        Column("submittedAt", "Handed in", age, sort=True),
    )
    default_sort = ("submittedAt", 1)
    empty = "Nothing waits for a decision."
    bulk = (Bulk("approve_many", "Approve"), Bulk("reject_many", "Reject", reason=True))

    @page("/<oid:course_id>")
    def details(self, course_id: ObjectId) -> str:
        return self.preview("staff/queued_course.html", course_id)

    @action("/<oid:course_id>/approve", again="details")
    def approve(self, course_id: ObjectId) -> Response:
        moderation.approve(course_id, read_form(SeenIn).seen)
        return self.done("The course is published, and its author is told so.", ".index_view")

    @action("/<oid:course_id>/reject", again="details")
    def reject(self, course_id: ObjectId) -> Response:
        form = read_form(ReasonedIn)
        moderation.reject(course_id, form.reason, form.seen)
        return self.done("The course is a draft again, and its author is told why.", ".index_view")

    @action("/approve", again="index_view")
    def approve_many(self) -> Response:
        return self.decide(moderation.approve, "Published")

    @action("/reject", again="index_view")
    def reject_many(self) -> Response:
        reason = read_form(ReasonIn, but=("id",)).reason
        return self.decide(lambda course_id, seen: moderation.reject(course_id, reason, seen), "Given back")


class ChangedCoursesView(WaitingList):
    slug, title = "changed-courses", "Changed after approval"
    lead = "Published courses that their authors have changed since. Learners see the changes already."
    where = CHANGED
    columns = (
        Column("title", "Title", link=True),
        Column("author.name", "Author"),
        Column("shelf.name", "Category"),
        Column("changedAt", "First change", age, sort=True),
        Column("updatedAt", "Last change", age),
    )
    default_sort = ("changedAt", 1)
    empty = "Every published course is as it was approved."
    bulk = (Bulk("accept_many", "Accept the changes"),)

    @page("/<oid:course_id>")
    def details(self, course_id: ObjectId) -> str:
        return self.preview("staff/changed_course.html", course_id)

    @action("/<oid:course_id>/accept", again="details")
    def accept(self, course_id: ObjectId) -> Response:
        moderation.accept(course_id, read_form(SeenIn).seen)
        return self.done("The course is approved as it is now.", ".index_view")

    @action("/<oid:course_id>/send-back", again="details")
    def send_back(self, course_id: ObjectId) -> Response:
        form = read_form(ReasonedIn)
        moderation.send_back(course_id, form.reason, form.seen)
        return self.done("The course is a draft again, and its author is told why.", ".index_view")

    @action("/accept", again="index_view")
    def accept_many(self) -> Response:
        return self.decide(moderation.accept, "Accepted")
