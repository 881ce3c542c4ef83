"""The shelves of the catalogue, made and changed."""

from bson import ObjectId
from flask import Response

from lms.admin.formats import moment, number
from lms.admin.lists import Column, ListView
from lms.admin.pages import action, page, read_form
from lms.admin.roles import CONTENT
from lms.controllers.catalogue import categories as controller
from lms.models.catalogue.categories import categories
from lms.schemas.catalogue.categories import CategoryIn
from lms.schemas.moderation.decisions import CategoryChangeIn, SeenIn


class CategoriesView(ListView):
    slug, title, group, allow = "categories", "Categories", "Catalogue", CONTENT
    collection = categories
    columns = (
        Column("name", "Name", sort=True, link=True),
        Column("description", "Description"),
        Column("coursesCount", "Courses", number),
        Column("createdAt", "Made", moment),
    )
    stages = controller.COUNTED
    default_sort = ("name", 1)
    list_template = "staff/categories.html"

    @page("/new")
    def new(self) -> str:
        return self.show("staff/category_new.html")

    @action("/new", again="new")
    def create(self) -> Response:
        card = controller.create(read_form(CategoryIn))
        return self.done("The category is made.", ".details", category_id=card["id"])

    @page("/<oid:category_id>")
    def details(self, category_id: ObjectId) -> str:
        return self.show("staff/category.html", **controller.category_file(category_id))

    @action("/<oid:category_id>/change", again="details")
    def change(self, category_id: ObjectId) -> Response:
        form = read_form(CategoryChangeIn)
        controller.change(category_id, form, form.seen)
        return self.done("The category is changed.", ".details", category_id=category_id)

    @action("/<oid:category_id>/delete", again="details")
    def remove(self, category_id: ObjectId) -> Response:
        controller.delete_category(category_id, read_form(SeenIn).seen)
        return self.done("The category is deleted. It can be restored within 30 days.", ".index_view")
