"""How far learners have come: a merge that ends the same in whatever order events arrive."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.authoring.lesson_kinds.every import kind_of
from lms.controllers.certificates import awards
from lms.controllers.learning import availability
from lms.controllers.learning.availability import Availability
from lms.errors import CourseNotFound, GradedLesson, LessonLocked, LessonNotFound
from lms.models.accounts.sessions import Caller
from lms.models.authoring.subsections import Subsection, subsections
from lms.models.base import now
from lms.models.catalogue.courses import courses
from lms.models.learning.course_progress import CourseProgress, LessonProgress, Resume, course_progress
from lms.models.learning.progress_events import progress_events
from lms.models.transactions import transactional
from lms.schemas.learning.progress import ProgressIn
from lms.services.system.clocks import by_our_clock

COUNTED = {"lessons": 1, "requiredLessons": 1, "restricted": 1}


@dataclass(frozen=True)
class Event:
    """What happened to one lesson at one time; `position` is in seconds."""

    lesson: str
    at: datetime
    completed: bool | None
    position: int | None


def update(caller: Caller, course_id: ObjectId, form: ProgressIn) -> dict[str, Any]:
    """Take in what the player saw; the state afterwards.

    What it says of lessons that were removed since, or that are not open to the learner, is left out.
    """
    return _record(caller.id, course_id, _events(form))


def _events(form: ProgressIn) -> list[Event]:
    """The events of a form by our clock; none lies in the future, so that a wrong clock cannot win for ever.

    How wrong the player's is follows from when it says that it sent them.
    """
    moment = now()
    if form.events is None:
        return [Event(str(form.subsection_id), moment, form.completed, form.position)]
    return [
        Event(str(each.subsection_id), by_our_clock(each.at, form.sent_at, moment), each.completed, each.position)
        for each in form.events
    ]


@transactional
def _record(user_id: ObjectId, course_id: ObjectId, events: list[Event]) -> dict[str, Any]:
    course = courses.get({"_id": course_id}, COUNTED)
    if course is None:
        raise CourseNotFound
    events = _watched([event for event in events if ObjectId(event.lesson) in set(course["lessons"])])
    if not events:
        raise LessonNotFound
    before = course_progress.of_learner(user_id, course_id)
    kept = before["lessons"] if before else {}
    if found := availability.of_learner(user_id, course):
        events = _open(events, kept, found)
    progress_events.note(user_id, course_id, {(ObjectId(event.lesson), event.at) for event in events})
    return show(_save(user_id, course, merge(kept, events), before), course)


def _open(events: list[Event], kept: Mapping[str, LessonProgress], found: Availability) -> list[Event]:
    """The events of lessons that are open, what was completed in open lessons before being counted.

    Raises LessonLocked where none is. An event that is left out can have opened another: so it is looked at again.
    """
    while True:
        locks = found.locks(_completed(merge(kept, events)), now())
        admitted = [event for event in events if ObjectId(event.lesson) not in locks]
        if not admitted:
            raise LessonLocked(locks[ObjectId(events[0].lesson)].sentence)
        if len(admitted) == len(events):
            return events
        events = admitted


def _save(
    user_id: ObjectId, course: Mapping[str, Any], lessons: dict[str, LessonProgress], before: CourseProgress | None
) -> dict[str, Any]:
    """Keep how far the learner has come; the course is completed the first time that all it takes is."""
    state: dict[str, Any] = {
        "lessons": lessons,
        "completed": _completed(lessons),
        "resume": _resume(lessons),
        "completedAt": before.get("completedAt") if before else None,
        "updatedAt": now(),
    }
    needed = set(course["requiredLessons"])
    if state["completedAt"] is None and needed and needed <= set(state["completed"]):
        state["completedAt"] = completed_at = now()
        awards.award(user_id, course["_id"], completed_at)
    course_progress.save(user_id, course["_id"], state)
    return state


@transactional
def catch_up(user_id: ObjectId, course_id: ObjectId) -> None:
    """Complete the course for who has all that it takes, since it takes less than before."""
    course, before = courses.get({"_id": course_id}, COUNTED), course_progress.of_learner(user_id, course_id)
    if course and before and before.get("completedAt") is None:
        needed = set(course["requiredLessons"])
        if needed and needed <= set(before["completed"]):
            _save(user_id, course, before["lessons"], before)


def _completed(lessons: Mapping[str, LessonProgress]) -> list[ObjectId]:
    return [ObjectId(lesson) for lesson, each in lessons.items() if each.get("completed")]


@transactional
def pass_lesson(user_id: ObjectId, course_id: ObjectId, subsection_id: ObjectId, passed: bool = True) -> None:
    """Note that the learner has passed a graded lesson, or has not after all; once complete, a course stays so.

    Also in a course that is deleted just now, for it may come back.
    """
    course = courses.raw.find_one({"_id": course_id}, COUNTED)
    if course is None:
        return
    before = course_progress.of_learner(user_id, course_id)
    said = Event(str(subsection_id), now(), passed, None)
    _save(user_id, course, merge(before["lessons"] if before else {}, [said]), before)
    progress_events.note(user_id, course_id, {(subsection_id, said.at)})


def _watched(events: list[Event]) -> list[Event]:
    """The events, no position past the lesson's end, and one near it completing what is completed by being there.

    Raises GradedLesson where one says that a lesson is completed that has to be passed.
    """
    lessons = subsections.played(event.lesson for event in events)
    return [_within(event, lessons[event.lesson]) if event.lesson in lessons else event for event in events]


def _within(event: Event, lesson: Subsection) -> Event:
    kind, seconds = kind_of(lesson), lesson["duration"]
    if kind.graded and event.completed is not None:
        raise GradedLesson
    if event.position is None or not seconds:
        return event
    share, completed = kind.completed_at, event.completed
    if share is not None and completed is None and event.position >= seconds * share:
        completed = True
    return replace(event, position=min(event.position, seconds), completed=completed)


def merge(lessons: Mapping[str, LessonProgress], events: Iterable[Event]) -> dict[str, LessonProgress]:
    """The latest word on each lesson's position and completion; commutative, associative and idempotent."""
    merged: dict[str, LessonProgress] = {lesson: {**state} for lesson, state in lessons.items()}
    for event in events:
        state = merged.setdefault(event.lesson, {})
        if event.position is not None and (event.at, event.position) > _last_position(state):
            state["position"], state["positionAt"] = event.position, event.at
        if event.completed is not None and (event.at, event.completed) > _last_completion(state):
            state["completed"], state["completedAt"] = event.completed, event.at
    return merged


def united(one: CourseProgress, other: CourseProgress) -> dict[str, Any]:
    """How far one person has come who came so far with two accounts; what either has completed stays completed.

    Commutative, associative and idempotent, as `merge` is.
    """
    both = (one["lessons"], other["lessons"])
    lessons = {
        lesson: _united([each[lesson] for each in both if lesson in each]) for lesson in sorted({*both[0], *both[1]})
    }
    completed_at = [each for each in (one.get("completedAt"), other.get("completedAt")) if each is not None]
    return {
        "lessons": lessons,
        "completed": _completed(lessons),
        "resume": _resume(lessons),
        "completedAt": min(completed_at, default=None),
        "updatedAt": max(one["updatedAt"], other["updatedAt"]),
    }


def _united(states: list[LessonProgress]) -> LessonProgress:
    moved = max(states, key=_last_position)
    said = max(states, key=lambda each: (each.get("completed", False), _last_completion(each)))
    united: LessonProgress = {}
    if "position" in moved:
        united |= {name: moved[name] for name in ("position", "positionAt") if name in moved}  # type: ignore[typeddict-item]
    if "completed" in said:
        united |= {name: said[name] for name in ("completed", "completedAt") if name in said}  # type: ignore[typeddict-item]
    return united


def _last_position(state: LessonProgress) -> tuple[datetime, int]:
    return state.get("positionAt", datetime.min), state.get("position", -1)


def _last_completion(state: LessonProgress) -> tuple[datetime, bool]:
    return state.get("completedAt", datetime.min), state.get("completed", False)


def _resume(lessons: Mapping[str, LessonProgress]) -> Resume | None:
    """The lesson whose position moved last, and that position."""
    watched = [(state["positionAt"], lesson) for lesson, state in lessons.items() if "positionAt" in state]
    if not watched:
        return None
    lesson = max(watched)[1]
    return {"subsectionId": ObjectId(lesson), "position": lessons[lesson]["position"]}


def progress_of(user_id: ObjectId, course_id: ObjectId) -> dict[str, Any]:
    """A learner's progress as the contract shows it; all zero before the first lesson."""
    course: Mapping[str, Any] = courses.get({"_id": course_id}, COUNTED) or {"lessons": [], "requiredLessons": []}
    return show(course_progress.of_learner(user_id, course_id) or {}, course)


def show(state: Mapping[str, Any] | CourseProgress, course: Mapping[str, Any]) -> dict[str, Any]:
    """Progress over the lessons that exist, so that removing one never shows more than 100 %.

    The percentage is of the lessons that completing the course takes.
    """
    existing, needed = course["lessons"], course["requiredLessons"]
    done = set(state.get("completed", ())) & set(existing)
    completed_at, resume = state.get("completedAt"), state.get("resume")
    return {
        "completedVideos": [lesson for lesson in existing if lesson in done],
        "progressPercentage": percentage(len(done & set(needed)), len(needed)),
        "completedAt": completed_at,
        "resume": resume if resume and resume["subsectionId"] in existing else None,
    }


def percentage(done: int, of_all: int) -> int:
    """Whole percent, rounded down, so that 100 means all of them."""
    return done * 100 // of_all if of_all else 0
