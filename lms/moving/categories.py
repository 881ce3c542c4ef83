"""Their categories as ours, whose names differ by more than case."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from lms.moving import texts
from lms.moving.aliases import read, unknown
from lms.moving.became import Became, made
from lms.moving.losses import Losses
from lms.moving.school import School

Document = Mapping[str, Any]

WRITTEN = ("name", "description", "createdAt")
UNNAMED = "Other"


def name_of(document: Document, losses: Losses) -> str:
    return texts.line(read("categories", document)["name"], 80, losses, "name") or UNNAMED


def merged_categories(found: Iterable[Document], here: Mapping[str, ObjectId]) -> dict[ObjectId, ObjectId]:
    """Into which category here each goes; the first of a name has it, unless one was made `here` before."""
    taken = dict(here)
    return {each["_id"]: taken.setdefault(name_of(each, Losses()).casefold(), each["_id"]) for each in found}


def became(old: ObjectId, document: Document, school: School) -> Became:
    losses = Losses()
    into = school.categories[old]
    if into != old:
        losses.add("merged_category", into)
        return Became(old, into=into, merged=True, losses=losses.all())
    category = read("categories", document)
    losses.add_all("field_not_taken", unknown("categories", document))
    if not category["name"]:
        losses.add("name_missing")
    written = {
        "_id": old,
        "name": name_of(document, losses),
        "description": texts.plain(category["description"], 500, losses, "description"),
        "createdAt": made(old),
    }
    return Became(old, written, losses=losses.all())
