"""What is deleted and not yet gone for good."""

from typing import Any

from bson import ObjectId
from flask import Response, request

from lms.admin import guard
from lms.admin.pages import StaffView, action, page, read_form
from lms.admin.roles import CONTENT, USERS
from lms.controllers.catalogue import categories, featured, tags
from lms.controllers.moderation import deleted
from lms.errors import Forbidden
from lms.models.accounts.users import users
from lms.schemas.moderation.decisions import DeletedAtIn, TagIn

PAGE_SIZE = 50
LAST_PAGE = 10_000


class DeletedView(StaffView):
    slug, title, group, allow = "deleted", "Deleted", "Catalogue", CONTENT

    @page("/")
    def index(self, **_: Any) -> str:
        kind = request.args.get("kind", "courses")
        kinds = self._kinds()
        if kind not in deleted.KINDS:
            kind = "courses"
        if kind not in kinds:
            raise Forbidden
        number = request.args.get("page", "1")
        found = deleted.page(kind, min(max(int(number), 1), LAST_PAGE) if number.isdecimal() else 1, PAGE_SIZE)
        return self.show("staff/deleted.html", kind=kind, kinds=kinds, counts=deleted.counts(), found=found)

    def _kinds(self) -> dict[str, deleted.Kind]:
        """What whoever looks may read of: people are the business of those who see the users."""
        known = guard.staff()
        may_see_users = known is not None and known.role in USERS
        return {name: kind for name, kind in deleted.KINDS.items() if may_see_users or kind.collection is not users}

    @action("/courses/<oid:course_id>/restore", again="index")
    def restore_course(self, course_id: ObjectId) -> Response:
        featured.restore(course_id, read_form(DeletedAtIn).seen)
        return self.done("The course is back, with all that was deleted with it.", ".index", kind="courses")

    @action("/categories/<oid:category_id>/restore", again="index")
    def restore_category(self, category_id: ObjectId) -> Response:
        categories.restore(category_id)
        return self.done("The category is back.", ".index", kind="categories")

    @action("/tags/restore", again="index")
    def restore_tag(self) -> Response:
        tags.restore(read_form(TagIn).tag)
        return self.done("The tag is back.", ".index", kind="tags")
