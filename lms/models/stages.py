"""Parts of filters and aggregations that many queries share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Filter = Mapping[str, Any]
Stages = Sequence[Mapping[str, Any]]

REVISED = {"revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]}}
"""What counts a revision in the `$set` of a pipeline, as `{"$inc": {"revision": 1}}` does elsewhere."""

AT_ANY_TIME = {"$gte": datetime(1970, 1, 1)}
"""Whether there is a moment in a field, asked so that an index alone can answer."""


def lookup(
    source: str, local: str, into: str, fields: Mapping[str, Any], where: Filter | None = None
) -> list[dict[str, Any]]:
    """Stages that put the one document of `source` whose `_id` is in `local` (and that fits `where`) at `into`."""
    return [
        {
            "$lookup": {
                "from": source,
                "localField": local,
                "foreignField": "_id",
                "pipeline": [{"$match": dict(where or {})}, {"$project": {"_id": 0, **fields}}],
                "as": into,
            }
        },
        {"$set": {into: {"$ifNull": [{"$first": f"${into}"}, None]}}},
    ]


def lookup_all(source: str, foreign: str, into: str, stages: Stages, where: Filter | None = None) -> dict[str, Any]:
    """The stage that puts at `into` what is live in `source` and names this document's `_id` in `foreign`."""
    live = {"$match": {"deletedAt": None, **(where or {})}}
    pipeline = [live, *stages]
    return {"$lookup": {"from": source, "localField": "_id", "foreignField": foreign, "pipeline": pipeline, "as": into}}
