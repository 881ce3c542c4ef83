"""The gradebook of a course: who has reached what in which of its graded lessons, and what authors give instead."""

import csv
import io
from collections import defaultdict
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import grades as grade_controller
from lms.controllers.assessment.grades import Marked
from lms.errors import AssessmentNotFound, ChangedMeanwhile, GradeNotFound, NotEnrolled, PointsAboveAll
from lms.models.accounts.sessions import Caller
from lms.models.assessment import gradebook
from lms.models.assessment.course_grades import course_grades
from lms.models.assessment.grades import Grade, grades
from lms.models.base import Page, now
from lms.models.learning.enrollments import enrollments
from lms.models.system.finding import having
from lms.models.transactions import transactional
from lms.results import File, Result
from lms.schemas.assessment.gradebook import GradebookFileQuery, GradebookQuery, OverrideIn
from lms.services.system import csv_cells

EVERYBODY = 100_000
TOTAL = ("percent", "points", "outOf", "passed", "items")

Cells = dict[ObjectId, dict[str, dict[str, Any]]]


def page(course_id: ObjectId, query: GradebookQuery) -> Result:
    """A page of learners with their grades by assessment, and beside it the assessments."""
    found = gradebook.learners(course_id, having(query.q or ""), query.below, query.sort, query.page, query.limit)
    items = gradebook.items(course_id)
    cells = _cells(items, [row["user"] for row in found.items])
    rows = [{**_learner(row), "grades": cells[row["user"]]} for row in found.items]
    return Result(Page(rows, found.total, found.page, found.limit), top_level={"assessments": items})


def _learner(row: dict[str, Any]) -> dict[str, Any]:
    total = {name: row[name] for name in TOTAL} if "percent" in row else None
    return {"id": row["user"], "name": row["name"], "email": row.get("email"), "total": total}


def _cells(items: list[dict[str, Any]], user_ids: list[ObjectId]) -> Cells:
    """By learner and assessment, what the gradebook shows of a grade; where graders are blind, once it is released."""
    cells: Cells = defaultdict(dict)
    listed = [item["assessmentId"] for item in items]
    blind = {"assessment": {"$in": [item["assessmentId"] for item in items if item["blind"]]}, "releasedAt": None}
    for grade in grades.find({"assessment": {"$in": listed}, "user": {"$in": user_ids}, "$nor": [blind]}):
        cells[grade["user"]][str(grade["assessment"])] = shown(grade)
    return cells


def shown(grade: Grade) -> dict[str, Any]:
    """A grade as authors see it."""
    counted = {name: grade[name] for name in ("raw", "penalty", "points", "outOf", "percent", "passed", "revision")}
    override = grade.get("override")
    return {**counted, "releasedAt": grade["releasedAt"], "overrideReason": override["reason"] if override else None}


def own(caller: Caller, course_id: ObjectId) -> dict[str, Any]:
    """What the caller has been told of their grades in a course; no total where it would tell what they are not."""
    told = {
        grade["assessment"]: grade
        for grade in grades.find({"course": course_id, "user": caller.id, "releasedAt": {"$ne": None}})
    }
    hidden = any(grade.get("onlyPassed") for grade in told.values())
    total = None if hidden else course_grades.of(course_id, caller.id)
    return {
        "total": {name: total[name] for name in TOTAL} if total else None,  # type: ignore[literal-required]
        "assessments": [
            {**item, "grade": _own(told[item["assessmentId"]]) if item["assessmentId"] in told else None}
            for item in gradebook.items(course_id)
        ],
    }


def _own(grade: Grade) -> dict[str, Any]:
    """What a learner is told: of one that is `onlyPassed`, whether they passed and nothing else."""
    hidden = grade.get("onlyPassed", False)
    names = ("raw", "penalty", "points", "outOf", "percent")
    counted = {name: None if hidden else grade[name] for name in names}  # type: ignore[literal-required]
    return {
        **counted,
        "passed": grade["passed"],
        "comment": grade.get("comment", ""),
        "releasedAt": grade["releasedAt"],
    }


@transactional
def override(
    caller: Caller, course_id: ObjectId, assessment_id: ObjectId, user_id: ObjectId, form: OverrideIn
) -> dict[str, Any]:
    """Have these points count whatever was marked, also where nothing was; the learner knows of them at once."""
    item, before = _item(course_id, assessment_id), _seen(assessment_id, user_id, form.revision)
    if not enrollments.attends(user_id, course_id):
        raise NotEnrolled("They do not attend this course.")
    if form.points > (before["outOf"] if before else item["outOf"]):
        raise PointsAboveAll
    if before is None:
        _begin(item, course_id, user_id, caller.id)
    grade = grade_controller.put_override(assessment_id, user_id, form.points, form.reason, caller.id)
    assert grade is not None, "There is one: it has just been made or seen."
    return shown(grade)


@transactional
def take_back(course_id: ObjectId, assessment_id: ObjectId, user_id: ObjectId, revision: int | None) -> None:
    """Let what was marked count again; where nothing was, the grade ends."""
    _item(course_id, assessment_id)
    before = _seen(assessment_id, user_id, revision)
    if before is None or "override" not in before:
        raise GradeNotFound("No grade of theirs has been overridden here.")
    grade = grade_controller.put_override(assessment_id, user_id, None)
    assert grade is not None, "It was there in this transaction."
    if grade["source"] is None:
        grade_controller.withdraw(assessment_id, user_id)


def _item(course_id: ObjectId, assessment_id: ObjectId) -> dict[str, Any]:
    for item in gradebook.items(course_id):
        if item["assessmentId"] == assessment_id:
            return item
    raise AssessmentNotFound


def _seen(assessment_id: ObjectId, user_id: ObjectId, revision: int | None) -> Grade | None:
    """The grade that the caller saw under this revision; 0 where they saw none, none where they do not say."""
    grade = grades.of(assessment_id, user_id)
    if revision is not None and revision != (grade["revision"] if grade else 0):
        raise ChangedMeanwhile
    return grade


def _begin(item: dict[str, Any], course_id: ObjectId, user_id: ObjectId, by: ObjectId) -> None:
    """A grade for somebody who has handed in nothing, for there is something that was seen otherwise."""
    marked = Marked(
        course=course_id,
        user=user_id,
        assessment=item["assessmentId"],
        kind=item["kind"],
        source=None,
        raw=0,
        out_of=item["outOf"],
        pass_percent=item["passPercent"],
        by=by,
        released_at=now(),
    )
    grade_controller.record(marked)


def file(course_id: ObjectId, query: GradebookFileQuery) -> File:
    """All of it as CSV (RFC 4180): one row a learner, points of every assessment, and the total."""
    items = gradebook.items(course_id)
    everybody = gradebook.learners(course_id, having(query.q or ""), query.below, query.sort, 1, EVERYBODY).items
    cells = _cells(items, [row["user"] for row in everybody])
    written = io.StringIO()
    writer = csv.writer(written)
    head = [f"{item['title']} (percent)" for item in items]
    writer.writerow(map(csv_cells.harmless, ("Name", "E-mail", *head, "Total (percent)", "Passed")))
    for row in everybody:
        of_each = [cells[row["user"]].get(str(item["assessmentId"])) for item in items]
        percents = ["" if each is None else str(each["percent"]) for each in of_each]
        total = [str(row.get("percent", "")), {True: "yes", False: "no"}.get(row.get("passed"), "")]  # type: ignore[arg-type]
        named = [csv_cells.harmless(row["name"]), csv_cells.harmless(row.get("email") or "")]
        writer.writerow([*named, *percents, *total])
    return File(f"gradebook-{now():%Y-%m-%d}.csv", "text/csv", f"\ufeff{written.getvalue()}".encode(), to_save=True)
