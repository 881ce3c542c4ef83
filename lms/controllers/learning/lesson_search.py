"""Finding the lesson of a course in which something was said."""

from typing import Any

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.learning import availability
from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.system.finding import MOST_WORDS
from lms.models.system.folding import folded
from lms.services.authoring import markup


def find(caller: Caller, course_id: ObjectId, q: str) -> list[dict[str, Any]]:
    """The lessons that hold every word of the query anywhere, in playing order; of locked ones the title counts."""
    words = folded(q).split()[:MOST_WORDS]
    locks = {} if access.writes(caller, course_id) else availability.locks_of(caller.id, course_id)
    order = [each["_id"] for each in subsections.in_playing_order({"course": course_id})]
    lessons = {lesson["_id"]: lesson for lesson in subsections.of_course(course_id)}
    return [
        _shown(lessons[id], id in locks)
        for id in order
        if id in lessons and all(word in _text(lessons[id], id in locks) for word in words)
    ]


def _text(lesson: Subsection, locked: bool) -> str:
    if locked:
        return folded(lesson["title"])
    shown = folded(f"{lesson['title']} {markup.words_in(lesson['description'])}")
    return f"{shown} {lesson['searchText'] or ''}"


def _shown(lesson: Subsection, locked: bool) -> dict[str, Any]:
    found = {name: lesson[name] for name in ("title", "kind", "duration")}
    return {"id": lesson["_id"], "sectionId": lesson["section"], **found, "locked": locked}
