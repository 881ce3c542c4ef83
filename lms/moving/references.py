"""What names another document of theirs."""

from collections.abc import Iterator
from typing import Any

from bson import ObjectId


def object_id(value: Any) -> ObjectId | None:
    """A reference as theirs are, or as somebody wrote it by hand; none for what is no id."""
    if isinstance(value, ObjectId):
        return value
    return ObjectId(value) if isinstance(value, str) and ObjectId.is_valid(value) else None


def ids_in(value: Any) -> list[ObjectId]:
    """The references in what should be a list of them."""
    return [found for each in (value if isinstance(value, list) else []) if (found := object_id(each))]


def named_again(ids: list[ObjectId]) -> Iterator[ObjectId]:
    """Those that the list has named before."""
    seen: set[ObjectId] = set()
    for each in ids:
        if each in seen:
            yield each
        seen.add(each)
