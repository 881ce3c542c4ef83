"""The newest learners of a course are found in an index, which replaces the one of all its learners."""

from typing import Any

from pymongo.database import Database

REPLACED = "course_1_status_1"


def up(db: Database[Any]) -> None:
    if REPLACED in db.enrollments.index_information():
        db.enrollments.drop_index(REPLACED)
