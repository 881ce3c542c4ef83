"""Grades: kept for what was marked, counted together for the course, and told to progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.learning import progress
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import AssessmentKind, Grade, Override, grades
from lms.models.authoring.subsections import subsections
from lms.models.base import now
from lms.models.transactions import transactional
from lms.services.assessment import totals

MOST_RELEASED = 200
"""At a time."""

OF_AN_ASSIGNMENT = ("levels", "rubricSeen", "comment", "files")
OPTIONAL = (*OF_AN_ASSIGNMENT, "releasesAt", "onlyPassed")


@dataclass(frozen=True, kw_only=True)
class Marked:
    """What somebody has reached, in hundredths; `source` is the attempt or submission, `by` whoever marked it.

    Without `released_at` the learner is not told yet; `releases_at` is when that comes by itself. `details` are more
    fields of the grade: `levels`, `rubricSeen`, `comment`, `files`, `onlyPassed`.
    """

    course: ObjectId
    user: ObjectId
    assessment: ObjectId
    kind: AssessmentKind
    source: ObjectId | None
    raw: int
    out_of: int
    pass_percent: int
    penalty: int = 0
    by: ObjectId | None = None
    released_at: datetime | None = None
    releases_at: datetime | None = None
    details: dict[str, Any] = field(default_factory=dict)


@transactional
def record(marked: Marked) -> Grade:
    """Keep somebody's grade and what follows from it; an author's override stays above what was marked.

    Where there is another number of points to reach than it was given of, it is the same share of them.
    """
    before = grades.of(marked.assessment, marked.user)
    override = _fitted(before, marked.out_of) if before else None
    points = override["points"] if override else max(0, marked.raw - marked.penalty)
    fields: dict[str, Any] = {
        "course": marked.course,
        "kind": marked.kind,
        "source": marked.source,
        "raw": marked.raw,
        "penalty": marked.penalty,
        "outOf": marked.out_of,
        "passPercent": marked.pass_percent,
        "by": marked.by,
        "releasedAt": marked.released_at,
        **_reached(points, marked.out_of, marked.pass_percent),
        **marked.details,
        **({"releasesAt": marked.releases_at} if marked.releases_at else {}),
        **({"override": override} if override else {}),
        "at": now(),
    }
    gone = [name for name in OPTIONAL if name not in fields]
    if before and not any(name in before for name in gone) and _same(before, fields):
        refresh(marked.course, marked.user)
        return before
    grade = grades.put_grade(marked.assessment, marked.user, fields, gone)
    _follow(grade, grade, bool(before and _told(before)))
    return grade


def _fitted(before: Grade, out_of: int) -> Override | None:
    """The override as points of these, rounded up, so that who has passed by it still has."""
    override = before.get("override")
    if override is None:
        return None
    return {**override, "points": -(-override["points"] * out_of // before["outOf"])}


@transactional
def put_override(
    assessment: ObjectId, user_id: ObjectId, points: int | None, reason: str = "", by: ObjectId | None = None
) -> Grade | None:
    """Have points of an author's count, or with none what was marked; none when there is no grade to override."""
    before = grades.of(assessment, user_id)
    if before is None:
        return None
    counted = max(0, before["raw"] - before["penalty"]) if points is None else points
    fields: dict[str, Any] = _reached(counted, before["outOf"], before["passPercent"])
    if points is not None:
        fields["override"] = {"points": points, "reason": reason, "by": by, "at": now()}
    gone = ["override"] if points is None else []
    grade = grades.put_grade(assessment, user_id, {**fields, "at": now()}, gone)
    _follow(grade, grade, _told(before))
    return grade


@transactional
def release(assessment: ObjectId, user_id: ObjectId) -> bool:
    """Let somebody know of their grade; false where there is none, or they know of it already."""
    waiting = {"assessment": assessment, "user": user_id, "releasedAt": None}
    change = {"$set": {"releasedAt": now()}, "$unset": {"releasesAt": ""}, "$inc": {"revision": 1}}
    grade = grades.change(waiting, change)
    if grade is None:
        return False
    _follow(grade, grade, False)
    return True


@transactional
def withdraw(assessment: ObjectId, user_id: ObjectId) -> None:
    """End a grade of which nothing is left; one that an author gave by hand stays."""
    before = grades.of(assessment, user_id)
    if before is None or "override" in before:
        return
    grades.delete({"_id": before["_id"]})
    _follow(before, None, _told(before))


def release_due() -> None:
    """Release the grades whose time has come."""
    for grade in grades.find({"releasesAt": {"$lte": now()}}, {"assessment": 1, "user": 1}, limit=MOST_RELEASED):
        release(grade["assessment"], grade["user"])


def _same(before: Grade, fields: Mapping[str, Any]) -> bool:
    return all(before.get(name) == value for name, value in fields.items() if name != "at")


def _reached(points: int, out_of: int, pass_percent: int) -> dict[str, Any]:
    return {
        "points": points,
        "percent": totals.percent(points, out_of),
        "passed": totals.passes(points, out_of, pass_percent),
    }


def _told(grade: Grade) -> bool:
    """Whether the learner has been told that they passed."""
    return grade["passed"] and grade["releasedAt"] is not None


def _follow(about: Grade, grade: Grade | None, told_before: bool) -> None:
    """What follows from a changed grade, in its transaction: the course's, and whether the lesson is passed.

    Also of a lesson that is deleted just now, for it may come back.
    """
    course_id, user_id, assessment = about["course"], about["user"], about["assessment"]
    refresh(course_id, user_id)
    told = grade is not None and _told(grade)
    if told != told_before:
        lesson = subsections.raw.find_one({"assessment": assessment}, {"_id": 1})
        if lesson is not None:
            progress.pass_lesson(user_id, course_id, lesson["_id"], told)


@transactional
def refresh(course_id: ObjectId, user_id: ObjectId) -> None:
    """Count the grade of the course anew, in the transaction that changed a grade in it."""
    counted = totals.of_course(grades.counted(course_id, user_id))
    before: Mapping[str, Any] | None = course_grades.of(course_id, user_id)
    changed = any(before[name] != value for name, value in counted.items()) if before else counted["items"]
    if changed:
        course_grades.save(course_id, user_id, {**counted, "countedAt": now()})
