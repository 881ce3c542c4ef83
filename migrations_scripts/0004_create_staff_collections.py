"""The collections of staff and analytics, with their indexes."""

from typing import Any

from pymongo.database import Database

from lms.models import create_indexes


def up(db: Database[Any]) -> None:
    create_indexes(db)
