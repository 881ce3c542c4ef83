"""Grading: what waits, what it gets, what goes back, and when learners are told."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.assessment import assignment_rights, kept_files, queue
from lms.controllers.assessment import grades as grade_controller
from lms.controllers.assessment.grades import Marked
from lms.errors import ChangedMeanwhile, NotToGrade, WrongMarks
from lms.jobs.assessment import assignments as jobs
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Assignment, assignments
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import KeptFile, Submission, submissions
from lms.models.base import Filter, now
from lms.models.transactions import transactional
from lms.schemas.assessment.submissions import GradeIn, ReleaseIn, ReturnIn
from lms.services.assessment import deadlines

TO_GRADE = ("submitted", "graded")
AT_ONCE = 200
"""How many are released while somebody waits for the answer, and in one run of the job."""


def grade(caller: Caller, submission_id: ObjectId, form: GradeIn) -> dict[str, Any]:
    """Grade what was handed in, or grade it anew; of two graders who saw the same, one does."""
    before = grades.get({"source": submission_id}, {"files": 1})
    files = kept_files.uploaded(caller, form.files, before.get("files", []) if before else ())
    return queue.row(_grade(caller, submission_id, form, files))


@transactional
def _grade(caller: Caller, submission_id: ObjectId, form: GradeIn, files: list[KeptFile]) -> Submission:
    submission = _to_grade(caller, submission_id)
    assignment = assignments.get({"_id": submission["assignment"]})
    assert assignment is not None, "A submission ends with its assignment."
    raw = _points(assignment, form)
    graded = _moved(submission, form.revision, {"state": "graded"})
    kept_files.hold(files)
    details = {"comment": form.comment, "files": files, "levels": form.levels or {}, "rubricSeen": assignment["rubric"]}
    marked = Marked(
        course=submission["course"],
        user=submission["user"],
        assessment=assignment["_id"],
        kind="assignment",
        source=submission_id,
        raw=raw,
        penalty=_penalty(assignment, raw, submission.get("lateBy", 0)),
        out_of=assignment["outOf"],
        pass_percent=assignment["passPercent"],
        by=caller.id,
        released_at=_known_since(assignment["_id"], submission),
        details=details,
    )
    grade_controller.record(marked)
    return graded


def _known_since(assignment_id: ObjectId, submission: Submission) -> datetime | None:
    """Since when its learner knows of this grade: a correction of a released one is seen at once, as is an override."""
    before = grades.of(assignment_id, submission["user"])
    same = before is not None and (before["source"] == submission["_id"] or "override" in before)
    return before["releasedAt"] if before and same else None


def _to_grade(caller: Caller, submission_id: ObjectId) -> Submission:
    submission = assignment_rights.written_submission(caller, submission_id)
    if submission["state"] not in TO_GRADE:
        raise NotToGrade
    return submission


def _moved(submission: Submission, revision: int, fields: dict[str, Any]) -> Submission:
    """The submission after a change by a grader who saw this revision."""
    moved = submissions.move({**submission, "revision": revision}, fields)
    if moved is None:
        raise ChangedMeanwhile
    return moved


def _points(assignment: Assignment, form: GradeIn) -> int:
    """What the form gives, in hundredths; raises WrongMarks unless it is what the assignment asks for."""
    if not assignment["rubric"]:
        if form.levels is not None or form.points is None or form.points > assignment["outOf"]:
            raise WrongMarks(errors={"points": f"Give points from 0 to {assignment['outOf']} (hundredths)."})
        return form.points
    chosen = form.levels or {}
    known = {each["id"]: {level["id"]: level["points"] for level in each["levels"]} for each in assignment["rubric"]}
    if form.points is not None or set(chosen) != set(known) or any(chosen[each] not in known[each] for each in known):
        raise WrongMarks(errors={"levels": "Choose one level for each criterion of the rubric."})
    return sum(known[criterion][level] for criterion, level in chosen.items())


def _penalty(assignment: Assignment, raw: int, late_by: int) -> int:
    late = assignment["late"]
    if late["kind"] != "percent_per_day":
        return 0
    return deadlines.penalty(raw, assignment["outOf"], late_by, late["percent"], late["most"])


def send_back(caller: Caller, submission_id: ObjectId, form: ReturnIn) -> dict[str, Any]:
    """Have something handed in once more; a grade that nobody was told of ends."""
    return queue.row(_send_back(caller, submission_id, form))


@transactional
def _send_back(caller: Caller, submission_id: ObjectId, form: ReturnIn) -> Submission:
    submission = _to_grade(caller, submission_id)
    returned = {"state": "returned", "returnedAt": now(), "note": form.note}
    moved = _moved(submission, form.revision, returned)
    if grades.get({"source": submission_id, "releasedAt": None, "override": None}, {"_id": 1}):
        grade_controller.withdraw(submission["assignment"], submission["user"])
    jobs.mail_returned.promise(submission_id)
    return moved


def release(assignment_id: ObjectId, form: ReleaseIn) -> dict[str, int]:
    """Tell learners their grades: those who are named, or all; when they are many, a job tells the rest."""
    named: Filter = {"user": {"$in": form.users}} if form.users else {}
    return _release(assignment_id, named)


def release_rest(assignment_id: ObjectId) -> None:
    """Go on telling all learners of an assignment their grades."""
    _release(assignment_id, {})


def _release(assignment_id: ObjectId, named: Filter) -> dict[str, int]:
    waiting = grades.find({**named, "assessment": assignment_id, "releasedAt": None}, {"user": 1}, limit=AT_ONCE)
    released = sum(_release_one(assignment_id, each["user"], each["_id"]) for each in waiting)
    rest = grades.count({"assessment": assignment_id, "releasedAt": None}) if not named else 0
    if rest:
        jobs.release_rest.promise(assignment_id)
    return {"released": released, "waiting": rest}


@transactional
def _release_one(assignment_id: ObjectId, user_id: ObjectId, grade_id: ObjectId) -> bool:
    released = grade_controller.release(assignment_id, user_id)
    if released:
        jobs.mail_released.promise(grade_id)
    return released
