"""The shelves of the catalogue."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from bson import ObjectId
from pymongo.errors import DuplicateKeyError

from lms.errors import CategoryExists, CategoryInUse, CategoryNotFound, ChangedMeanwhile
from lms.models import actors
from lms.models.base import Subject, now
from lms.models.catalogue.categories import Category, categories
from lms.models.catalogue.course_cards import read_cards
from lms.models.catalogue.courses import counted, courses
from lms.models.freshness import read
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.catalogue.categories import CategoryIn
from lms.services.system.amounts import number

SHOWN = 20
BEST_SELLERS = 10

R = TypeVar("R")


COUNTED = counted("category")


def list_all() -> list[dict[str, Any]]:
    return categories.cards()


def list_with_courses() -> list[dict[str, Any]]:
    """The same, each with the ids of the `courses` that are published in it, the newest first."""
    shelves: defaultdict[ObjectId, list[ObjectId]] = defaultdict(list)
    for category_id, course_id in courses.published_by_category():
        shelves[category_id].append(course_id)
    return [{**category, "courses": shelves[category["id"]]} for category in list_all()]


@transactional
def create(form: CategoryIn) -> dict[str, Any]:
    """Add a category as staff, and give its card."""
    card = _unless_taken(lambda: categories.create(form.name, form.description))
    audit_log.record("category.create", Subject(categories.name, card["id"], form.name), {}, form.model_dump())
    return card


def category_file(category_id: ObjectId) -> dict[str, Any]:
    """A `category` as staff see it, and what they did to it."""
    found = categories.aggregate({"_id": category_id}, COUNTED)
    if not found:
        raise CategoryNotFound
    return {"category": found[0], "history": audit_log.history(categories.name, category_id)}


@transactional
def change(category_id: ObjectId, form: CategoryIn, seen: int) -> None:
    """Rename or describe a category that is as it was `seen` (its `revision`)."""
    category, fields = _as_seen(category_id, seen), {"name": form.name, "description": form.description}
    _unless_taken(lambda: categories.revise(category_id, fields))
    before = {"name": category["name"], "description": category["description"]}
    audit_log.record("category.change", categories.subject(category), before, fields)


@transactional
def delete_category(category_id: ObjectId, seen: int) -> None:
    """Delete a category that no course is in, deleted courses included."""
    category = _as_seen(category_id, seen)
    if used := courses.raw.count_documents({"category": category_id}):
        raise CategoryInUse(f"{number(used)} courses are in this category. Move them to another first.")
    moment = now()
    categories.revise(category_id, {"deletedAt": moment, "deletedBy": actors.actor().id})
    audit_log.record("category.delete", categories.subject(category), {}, {"deletedAt": moment})


@transactional
def restore(category_id: ObjectId) -> None:
    """Bring back a deleted category."""
    category = categories.get({"_id": category_id, "deletedAt": {"$ne": None}})
    if category is None:
        raise CategoryNotFound
    categories.restore(category_id)
    audit_log.record("category.restore", categories.subject(category), {"deletedAt": category.get("deletedAt")})


def _as_seen(category_id: ObjectId, seen: int) -> Category:
    category = categories.get({"_id": category_id})
    if category is None:
        raise CategoryNotFound
    if category.get("revision", 0) != seen:
        raise ChangedMeanwhile
    return category


def _unless_taken(write: Callable[[], R]) -> R:
    try:
        return write()
    except DuplicateKeyError:
        raise CategoryExists from None


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
    read(f"category/{category_id}")
    for shelf in ("selectedCourses", "differentCourses", "mostSellingCourses"):
        read_cards(found[0][shelf])
    return found[0]
