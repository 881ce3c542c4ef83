"""Whether what opens after something else can be opened at all."""

from collections.abc import Iterator, Sequence
from typing import Any

from bson import ObjectId

from lms.errors import OpensAfterItself, PrerequisiteNotFound
from lms.models.authoring.outlines import Placed, needed
from lms.models.authoring.sections import sections
from lms.models.authoring.subsections import Opening, subsections
from lms.models.base import Collection


def require_own(course_id: ObjectId, opens: Opening | None) -> None:
    """Raise PrerequisiteNotFound unless what it names is part of the course."""
    if opens is None:
        return
    named: dict[str, tuple[Collection[Any], str]] = {
        "afterLesson": (subsections, "lesson"),
        "afterSection": (sections, "section"),
    }
    for field, (collection, called) in named.items():
        id = opens[field]  # type: ignore[literal-required]
        if id is not None and collection.get({"_id": id, "course": course_id}, {"_id": 1}) is None:
            raise PrerequisiteNotFound(errors={f"opens.{field}": f"The course has no such {called}."})


def require_sound(lessons: Sequence[Placed]) -> None:
    """Raise OpensAfterItself where lessons wait for one another in a circle, so that nobody would ever open them."""
    waits_for = {lesson["_id"]: set(_before(lesson, lessons)) for lesson in lessons}
    waiting = dict(waits_for)
    while free := [lesson for lesson, needed in waiting.items() if not needed & waiting.keys()]:
        for lesson in free:
            del waiting[lesson]
    if waiting:
        titles = {lesson["_id"]: lesson["title"] for lesson in lessons}
        named = " and ".join(f"“{titles[lesson]}”" for lesson in list(waiting)[:2])
        raise OpensAfterItself(f"Nobody could ever open {named}: what it opens after waits for it.")


def _before(lesson: Placed, lessons: Sequence[Placed]) -> Iterator[ObjectId]:
    """The lessons that have to be completed before this one opens."""
    for opens in (lesson["opens"], lesson["section"]["opens"]):
        if opens:
            yield from needed(opens, lessons)
