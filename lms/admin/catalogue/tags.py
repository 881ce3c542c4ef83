"""The words courses are tagged with, tidied."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from lms.admin.formats import moment, number
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import CONTENT
from lms.controllers.catalogue import tags as controller
from lms.models.base import Filter
from lms.models.catalogue.tags import tags
from lms.models.system.finding import having
from lms.schemas.moderation.decisions import TagIn


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
        return having(text)

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for(f"{self.endpoint}.details", word=row["_id"])

    @page("/word")
    def details(self) -> str:
        return self.show("staff/tag.html", **controller.tag_file(_word()))

    @action("/word/rename", again="details")
    def rename(self) -> Response:
        new = read_form(TagIn).tag
        count = controller.rename(_word(), new)
        return self.done(f"The tag has another name on {_courses(count)}.", ".details", word=new)

    @action("/word/merge", again="details")
    def merge(self) -> Response:
        into = read_form(TagIn).tag
        count = controller.merge(_word(), into)
        return self.done(f"“{into}” stands in its place on {_courses(count)}.", ".details", word=into)

    @action("/word/delete", again="details")
    def remove(self) -> Response:
        controller.delete_tag(_word())
        return self.done("The tag is deleted. It can be restored within 30 days.", ".index_view")


def _word() -> str:
    """The tag that is looked at, in the query: as a part of the path some words would lead elsewhere."""
    return request.args.get("word", "")


def _courses(count: int) -> str:
    return f"{number.html(count)} course{'' if count == 1 else 's'}"
