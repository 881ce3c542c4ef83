"""Every course: finding it, looking at it, archiving it, putting it on the front."""

from typing import Any

from bson import ObjectId
from flask import Response, redirect

from lms.admin.filters import IdOneOf, Narrowing, OneOf, Only
from lms.admin.formats import age, badge, money, number, stars
from lms.admin.lists import Column
from lms.admin.moderation.waiting_courses import CourseList, shelves
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS
from lms.controllers.catalogue import featured
from lms.controllers.certificates import backfills, designs
from lms.controllers.learning import lessons, playbacks
from lms.controllers.moderation import courses as moderation
from lms.http import responses
from lms.http.arguments import stretch
from lms.models.accounts.users import users
from lms.models.base import Filter
from lms.models.catalogue.courses import FEATURED, MOST_TITLED, courses
from lms.models.system.finding import having
from lms.results import File, Part
from lms.schemas.moderation.decisions import HandOverIn, ReasonedIn, SeenIn

MOST_AUTHORS = 20


class ByAuthor(Narrowing):
    """Courses of those whose name holds every word of the text."""

    def clause(self, value: str) -> Filter:
        teaching = {"role": {"$in": ["instructor", "admin"]}, **having(value)}
        return {self.field: {"$in": [each["_id"] for each in users.find(teaching, {"_id": 1}, limit=MOST_AUTHORS)]}}


class CoursesView(CourseList):
    slug, title, group = "courses", "Courses", "Catalogue"
    columns = (
        Column("title", "Title", sort=True, link=True),
        Column("author.name", "Author"),
        Column("shelf.name", "Category"),
        Column("status", "Status", badge),
        Column("amount", "Price", money),
        Column("studentsCount", "Learners", number, sort=True),
        Column("ratingAverage", "Rating", stars),
        Column("featuredAt", "On the front since", age),
        Column("updatedAt", "Last change", age, sort=True),
    )
    filters = (
        OneOf("status", "Status", ("draft", "in_review", "published", "archived")),
        IdOneOf("category", "Category", shelves),
        ByAuthor("instructor", f"Author (first {MOST_AUTHORS} who fit)", "author"),
        Only("featuredAt", "On the front", FEATURED),
    )
    search_hint = f"any part of the title; the first {MOST_TITLED:,} are shown"
    default_sort = ("updatedAt", -1)

    def searching(self, text: str) -> Filter:
        return {"_id": {"$in": courses.titled(text)}}

    @page("/<oid:course_id>")
    def details(self, course_id: ObjectId) -> str:
        return self.preview("staff/course.html", course_id)

    @page("/lessons/<oid:lesson_id>/video")
    def video(self, lesson_id: ObjectId) -> Any:
        """The lesson for the player on the page, which asks for the bytes it needs."""
        found = playbacks.show_to_staff(lesson_id, stretch().bytes)
        return responses.part(found) if isinstance(found, Part) else redirect(found.address, 302)

    @page("/lessons/<oid:lesson_id>/file")
    def file(self, lesson_id: ObjectId) -> Any:
        """The file of a lesson, to be saved."""
        return redirect(lessons.file_for_staff(lesson_id).address, 302)

    @page("/<oid:course_id>/certificates")
    def certificates(self, course_id: ObjectId) -> str:
        """What its certificates look like, and how many who completed it have none."""
        return self.show("staff/course_certificates.html", **backfills.course_file(course_id))

    @page("/<oid:course_id>/specimen")
    def specimen(self, course_id: ObjectId) -> Response:
        return responses.file(File("specimen.pdf", "application/pdf", designs.preview(course_id)))

    @action("/<oid:course_id>/issue-to-all", allow=ADMINS, again="certificates")
    def issue_to_all(self, course_id: ObjectId) -> Response:
        backfills.begin(course_id)
        return self.done("They are being signed and mailed.", ".certificates", course_id=course_id)

    @action("/<oid:course_id>/archive", again="details")
    def archive(self, course_id: ObjectId) -> Response:
        form = read_form(ReasonedIn)
        moderation.archive(course_id, form.seen, form.reason)
        return self.done("The course is archived.", ".details", course_id=course_id)

    @action("/<oid:course_id>/unarchive", again="details")
    def unarchive(self, course_id: ObjectId) -> Response:
        moderation.unarchive(course_id, read_form(SeenIn).seen)
        return self.done("The course is published again.", ".details", course_id=course_id)

    @action("/<oid:course_id>/hand-over", again="details")
    def hand_over(self, course_id: ObjectId) -> Response:
        form = read_form(HandOverIn)
        moderation.hand_over(course_id, form.email, form.reason, form.seen)
        return self.done("The course has another author, and both are told so.", ".details", course_id=course_id)

    @action("/<oid:course_id>/feature", again="details")
    def feature(self, course_id: ObjectId) -> Response:
        featured.feature(course_id, read_form(SeenIn).seen)
        return self.done("The course is on the front.", ".details", course_id=course_id)

    @action("/<oid:course_id>/unfeature", again="details")
    def unfeature(self, course_id: ObjectId) -> Response:
        featured.unfeature(course_id, read_form(SeenIn).seen)
        return self.done("The course is off the front.", ".details", course_id=course_id)
