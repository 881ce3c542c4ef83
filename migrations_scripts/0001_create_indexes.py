"""Every collection with its indexes: what the models declare is made after the migrations, so nothing is left to do."""

from typing import Any

from pymongo.database import Database


def up(db: Database[Any]) -> None:
    """Nothing; kept so that databases agree on what has run."""
