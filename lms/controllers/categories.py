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
    category = categories.card(category_id)
    if category is None:
        raise CategoryNotFound
    newest, popular = {"publishedAt": -1, "_id": -1}, {"studentsCount": -1, "_id": -1}
    return {
        "selectedCategory": category,
        "selectedCourses": courses.some_cards({"category": category_id}, newest, SHOWN),
        "differentCourses": courses.some_cards({"category": {"$ne": category_id}}, newest, SHOWN),
        "mostSellingCourses": courses.some_cards({}, popular, BEST_SELLERS),
    }
