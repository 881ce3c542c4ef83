"""What is deleted and not yet gone for good: by whom, when, and until when it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lms.controllers.accounts.erasure import DELETED_ACCOUNTS_KEPT
from lms.controllers.catalogue.purge import DELETED_KEPT
from lms.models.accounts.users import NAME, users
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import subsections
from lms.models.base import Collection, Filter, Page
from lms.models.catalogue.categories import categories
from lms.models.catalogue.courses import courses
from lms.models.catalogue.tags import tags
from lms.models.learning.reviews import reviews
from lms.models.stages import AT_ANY_TIME, lookup


@dataclass(frozen=True)
class Kind:
    """Deleted things of one collection; `label` is the expression for what people call one of them."""

    collection: Collection[Any]
    title: str
    label: Any
    kept: timedelta = DELETED_KEPT
    where: Filter = field(default_factory=dict)
    in_course: bool = False


KINDS: Mapping[str, Kind] = {
    "courses": Kind(courses, "Courses", "$title"),
    "sections": Kind(sections, "Sections", "$sectionName", in_course=True),
    "lessons": Kind(subsections, "Lessons", "$title", in_course=True),
    "reviews": Kind(reviews, "Reviews", {"$concat": [{"$toString": "$rating"}, " ★ ", "$review"]}, in_course=True),
    "accounts": Kind(users, "Accounts", NAME, DELETED_ACCOUNTS_KEPT, {"erasedAt": None}),
    "categories": Kind(categories, "Categories", "$name"),
    "tags": Kind(tags, "Tags", "$_id"),
}


def page(kind: str, number: int, limit: int) -> Page[dict[str, Any]]:
    """The last deleted first, as `{id, label, course, deletedAt, by, endsAt, openReports}`."""
    about = KINDS[kind]
    shown = {
        "_id": 0,
        "id": "$_id",
        "label": about.label,
        "course": "$course.title",
        "deletedAt": 1,
        "by": "$deletedBy.name",
        "endsAt": {"$add": ["$deletedAt", int(about.kept.total_seconds() * 1000)]},
        "openReports": 1,
    }
    joined = [
        *lookup("users", "deletedBy", "deletedBy", {"name": NAME}),
        *(lookup("courses", "course", "course", {"title": 1}) if about.in_course else ()),
    ]
    where = {"deletedAt": AT_ANY_TIME, **about.where}
    return about.collection.page(where, [*joined, {"$project": shown}], {"deletedAt": -1}, number, limit)


def counts() -> dict[str, int]:
    """How many of each kind are deleted."""
    return {name: kind.collection.count({"deletedAt": AT_ANY_TIME, **kind.where}) for name, kind in KINDS.items()}
