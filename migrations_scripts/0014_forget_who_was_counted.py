"""Rows of rate limits named addresses and never expired; what they counted is over within a day anyway."""

from typing import Any

from pymongo.database import Database


def up(db: Database[Any]) -> None:
    for name in ("limitWindows", "limitCounters"):
        db[name].drop()
