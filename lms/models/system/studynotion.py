"""What tells a database of StudyNotion's Mongoose server from one of ours, though collections have the same names."""

from collections.abc import Mapping
from typing import Any

from pymongo.database import Database

LOOKED_AT = 50
"""Documents of each collection: theirs are theirs from the first on."""

MARKS = {
    "users": ("accountType", "additionalDetails"),
    "courses": ("courseName", "courseContent"),
    "sections": ("subSection",),
}
"""Fields that theirs have and ours never do."""


def is_studynotion(db: Database[Any]) -> bool:
    """Whether documents there are as their server writes them."""
    return any(_marked(db, name, fields) for name, fields in MARKS.items())


def _marked(db: Database[Any], name: str, fields: tuple[str, ...]) -> bool:
    found: list[Mapping[str, Any]] = list(db[name].find({}, dict.fromkeys(fields, 1)).limit(LOOKED_AT))
    return any(field in document for document in found for field in fields)
