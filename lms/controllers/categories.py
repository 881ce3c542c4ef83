"""The shelves of the catalogue."""

from typing import Any

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import CategoryExists, CategoryNotFound
from lms.models.categories import categories
from lms.models.courses import courses
from lms.schemas.categories import CategoryIn
from lms.services import page_cache

SHOWN = 20
BEST_SELLERS = 10


def list_all() -> list[dict[str, Any]]:
    return categories.cards()


def create(form: CategoryIn) -> dict[str, Any]:
    try:
        card = categories.create(form.name, form.description)
    except DuplicateKeyError:
        raise CategoryExists from None
    page_cache.moved()
    return card


def page(category_id: ObjectId) -> dict[str, Any]:
    """A category's courses, some of other categories, and what sells best."""
    newest, popular = {"publishedAt": -1, "_id": -1}, {"studentsCount": -1, "_id": -1}
    found = categories.aggregate(
        {"_id": category_id},
        [
            {
                "$project": {
                    "_id": 0,
                    "selectedCategory": {"id": "$_id", "name": "$name", "description": "$description"},
                }
            },
            courses.shelf("selectedCourses", {"category": category_id}, newest, SHOWN),
            courses.shelf("differentCourses", {"category": {"$ne": category_id}}, newest, SHOWN),
            courses.shelf("mostSellingCourses", {}, popular, BEST_SELLERS),
        ],
    )
    if not found:
        raise CategoryNotFound
    return found[0]
