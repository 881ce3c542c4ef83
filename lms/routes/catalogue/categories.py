"""/courses: the shelves of the catalogue."""

from typing import Any

from bson import ObjectId

from lms.controllers.catalogue import categories
from lms.errors import CategoryExists, CategoryNotFound
from lms.http.api import Api
from lms.middlewares.auth import admin, anyone
from lms.schemas.catalogue.categories import CategoryIn, CategoryOut, CategoryPageOut

api = Api("categories", "/courses")


@api.get("/showAllCategories", allow=anyone, returns=list[CategoryOut], cached=True)
def list_all() -> Any:
    """Every category, by name."""
    return categories.list_all()


@api.post(
    "/createCategory",
    allow=admin,
    returns=CategoryOut,
    status=201,
    message="The category is created.",
    refusals=(CategoryExists,),
)
def create(body: CategoryIn) -> Any:
    """Add a category."""
    return categories.create(body)


@api.get(
    "/getCategoryPageDetails/<id:category_id>",
    allow=anyone,
    returns=CategoryPageOut,
    cached=True,
    refusals=(CategoryNotFound,),
)
def page(category_id: ObjectId) -> Any:
    """A category's newest courses, some of other categories, and the ten that sell best."""
    return categories.page(category_id)
