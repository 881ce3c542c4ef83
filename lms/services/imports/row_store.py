"""Rows of tables on their way, in Redis: parsed once, taken in pieces; whatever is lost is parsed again."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId

from lms.extensions import queues

PIECE = 50
"""Rows that are taken, and written, together."""
LIFETIME_SECONDS = 24 * 60 * 60

Waiting = tuple[int, int, dict[str, str], int]
"""A row's number, its line in the file, its cells by our columns, and the line before it that says the same, or 0."""


def stage(import_id: ObjectId, rows: Sequence[Waiting]) -> None:
    """Have these rows wait, instead of whatever waited before."""
    key = _key(import_id)
    with queues.redis.pipeline() as pipe:
        pipe.delete(key)
        for start in range(0, len(rows), PIECE):
            pipe.rpush(key, json.dumps(rows[start : start + PIECE]))
        pipe.expire(key, LIFETIME_SECONDS)
        pipe.execute()


def piece(import_id: ObjectId, cursor: int) -> list[Waiting] | None:
    """The rows behind the first `cursor` ones, up to the end of their piece; none when they are not there any more."""
    key = _key(import_id)
    found: Any = queues.redis.lindex(key, cursor // PIECE)
    if found is None:
        return None
    queues.redis.expire(key, LIFETIME_SECONDS)
    return [tuple(row) for row in json.loads(found)[cursor % PIECE :]]


def drop(import_ids: Iterable[ObjectId]) -> None:
    keys = [_key(each) for each in import_ids]
    if keys:
        queues.redis.delete(*keys)


def _key(import_id: ObjectId) -> str:
    return f"import:{import_id}:rows"
