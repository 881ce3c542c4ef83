"""What follows from the lessons of a course and their order."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from lms.models.authoring.subsections import Opening

Placed = Mapping[str, Any]
"""A lesson as `in_playing_order` gives it."""


def counted(lessons: Sequence[Placed]) -> dict[str, Any]:
    """The fields of a course that follow from its lessons.

    Where every lesson is optional, completing the course takes all of them.
    """
    every = [lesson["_id"] for lesson in lessons]
    return {
        "lessons": every,
        "requiredLessons": [lesson["_id"] for lesson in lessons if lesson["required"]] or every,
        "restricted": any(lesson["opens"] or lesson["section"]["opens"] for lesson in lessons),
        "totalDuration": sum(lesson["duration"] for lesson in lessons),
    }


def needed(opens: Opening, lessons: Sequence[Placed]) -> list[ObjectId]:
    """The lessons that have to be completed for this; of a section its required ones, or all where none is.

    What has been deleted since holds nobody up.
    """
    within = [lesson for lesson in lessons if lesson["section"]["_id"] == opens["afterSection"]]
    asked = [lesson for lesson in within if lesson["required"]] or within
    return [lesson["_id"] for lesson in (*(each for each in lessons if each["_id"] == opens["afterLesson"]), *asked)]
