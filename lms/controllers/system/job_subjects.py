"""Whom and what jobs are about: from the ids in their messages to names that people know; never a code."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bson import ObjectId

from lms.machinery.registry import JOBS
from lms.models.base import Collection, Subject
from lms.models.system.outbox import OutboxRow

UNREAD = {"pdf": 0, "facts": 0}
"""Large fields that no label is made of."""


def subjects_of(rows: Iterable[OutboxRow]) -> dict[ObjectId, Subject]:
    """What the rows are about, by their ids, where that is known; asked for with one query a collection."""
    asked: defaultdict[Collection[Any], dict[ObjectId, Any]] = defaultdict(dict)
    for row in rows:
        declared = JOBS.get(row["job"])
        if declared and declared.about and row["args"]:
            asked[declared.about][row["_id"]] = declared.typed(row["args"])[0]
    return {row_id: about for collection, ids in asked.items() for row_id, about in _found(collection, ids)}


def _found(collection: Collection[Any], ids: dict[ObjectId, Any]) -> Iterable[tuple[ObjectId, Subject]]:
    found = {each["_id"]: each for each in collection.raw.find({"_id": {"$in": [*ids.values()]}}, UNREAD)}
    for row_id, id in ids.items():
        if id in found:
            yield row_id, collection.subject(found[id])
