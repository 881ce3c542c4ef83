"""What of a course is open to a learner, and what it takes to open the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from lms.errors import LessonLocked
from lms.models.authoring.outlines import Placed, needed
from lms.models.authoring.subsections import Opening, Subsection, subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import course_progress
from lms.models.learning.enrollments import enrollments


@dataclass(frozen=True)
class Lock:
    """Why a lesson is not open: `opens_at` lies ahead, the lessons `after` are to be completed, or both."""

    opens_at: datetime | None
    after: tuple[ObjectId, ...]
    sentence: str

    def shown(self) -> dict[str, Any]:
        return {"opensAt": self.opens_at, "after": list(self.after), "reason": self.sentence}


class Availability:
    """What one learner can open of a course of these lessons, who enrolled then."""

    def __init__(self, lessons: Sequence[Placed], enrolled_at: datetime) -> None:
        self.lessons, self.enrolled_at = lessons, enrolled_at

    def locks(self, done: Iterable[ObjectId], moment: datetime) -> dict[ObjectId, Lock]:
        """The lessons that are not open at the moment to one who has done those."""
        completed = set(done)
        locks = {lesson["_id"]: self._lock(lesson, completed, moment) for lesson in self.lessons}
        return {lesson: lock for lesson, lock in locks.items() if lock}

    def _lock(self, lesson: Placed, done: set[ObjectId], moment: datetime) -> Lock | None:
        conditions = [opens for opens in (lesson["section"]["opens"], lesson["opens"]) if opens]
        later = [at for opens in conditions for at in self._times(opens) if at > moment]
        missing = dict.fromkeys(each for opens in conditions for each in needed(opens, self.lessons))
        after = tuple(each for each in missing if each not in done)
        if not later and not after:
            return None
        return Lock(max(later, default=None), after, self._sentence(after))

    def _times(self, opens: Opening) -> list[datetime]:
        days = [] if opens["days"] is None else [self.enrolled_at + timedelta(days=opens["days"])]
        return [*days, *([opens["at"]] if opens["at"] else [])]

    def _sentence(self, after: tuple[ObjectId, ...]) -> str:
        if not after:
            return "This lesson opens later."
        title = next(lesson["title"] for lesson in self.lessons if lesson["_id"] == after[0])
        others = f" and {len(after) - 1} more" if len(after) > 1 else ""
        return f"Complete “{title}”{others} first."


def of_learner(user_id: ObjectId, course: Mapping[str, Any]) -> Availability | None:
    """What the learner can open; none where all of the course is open to everybody who attends it."""
    if not course["restricted"]:
        return None
    held = enrollments.get({"user": user_id, "course": course["_id"]}, {"enrolledAt": 1})
    return Availability(subsections.in_playing_order({"course": course["_id"]}), held["enrolledAt"] if held else now())


def locks_of(user_id: ObjectId, course_id: ObjectId) -> dict[ObjectId, Lock]:
    """The lessons of the course that are not open to the learner now."""
    course = courses.get({"_id": course_id}, {"restricted": 1})
    return _locks_in(user_id, course) if course else {}


def _locks_in(user_id: ObjectId, course: Mapping[str, Any]) -> dict[ObjectId, Lock]:
    found = of_learner(user_id, course)
    if found is None:
        return {}
    state = course_progress.of_learner(user_id, course["_id"])
    return found.locks(state["completed"] if state else (), now())


def require_open(user_id: ObjectId, lesson: Subsection) -> None:
    """Raise LessonLocked unless the lesson is open to the learner now."""
    _refuse(locks_of(user_id, lesson["course"]).get(lesson["_id"]))


def require_open_in(user_id: ObjectId, lesson_id: ObjectId, course: Mapping[str, Any]) -> None:
    """The same where it is known whether the course is `restricted`."""
    _refuse(_locks_in(user_id, course).get(lesson_id))


def _refuse(lock: Lock | None) -> None:
    if lock:
        raise LessonLocked(lock.sentence)
