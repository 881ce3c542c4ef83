"""The words courses are tagged with, tidied."""

import re

from flask import Response

from lms.admin.formats import moment, number
from lms.admin.guard import actor
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import CONTENT
from lms.controllers import tags as controller
from lms.models.base import Filter
from lms.models.tags import tags
from lms.schemas.moderation import TagIn


class TagsView(ListView):
    slug, title, group, allow = "tags", "Tags", "Catalogue", CONTENT
    collection = tags
    columns = (
        Column("_id", "Tag", sort=True, link=True),
        Column("coursesCount", "Courses", number),
        Column("createdAt", "First used", moment, sort=True),
    )
    stages = controller.COUNTED
    search_hint = "any part of a tag"
    default_sort = ("_id", 1)

    def searching(self, text: str) -> Filter:
        return {"_id": {"$regex": re.escape(text.lower())}}

    @page("/<path:word>")
    def details(self, word: str) -> str:
        return self.show("staff/tag.html", **controller.of(word))

    @action("/<path:word>/rename", again="details")
    def rename(self, word: str) -> Response:
        new = read_form(TagIn).tag
        count = controller.rename(actor(), word, new)
        return self.done(f"The tag has another name on {_courses(count)}.", ".details", word=new)

    @action("/<path:word>/merge", again="details")
    def merge(self, word: str) -> Response:
        into = read_form(TagIn).tag
        count = controller.merge(actor(), word, into)
        return self.done(f"“{into}” stands in its place on {_courses(count)}.", ".details", word=into)

    @action("/<path:word>/delete", again="details")
    def remove(self, word: str) -> Response:
        controller.remove(actor(), word)
        return self.done("The tag is deleted. It can be restored within 30 days.", ".index_view")


def _courses(count: int) -> str:
    return f"{count:,} course{'' if count == 1 else 's'}"
