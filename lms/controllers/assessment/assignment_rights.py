"""Who may have to do with which assignment, submission and file; what is not somebody's to know of is not found."""

from bson import ObjectId

from lms.controllers.accounts import access
from lms.controllers.assessment import rights
from lms.controllers.learning import availability
from lms.errors import AssessmentNotFound, AssignmentNotFound, KeptFileNotFound, SubmissionNotFound
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Assignment, assignments
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import KeptFile, Submission, submissions
from lms.models.authoring.subsections import Subsection, subsections


def written_assignment(caller: Caller, assignment_id: ObjectId) -> Assignment:
    """An assignment of a course that the caller is an author of."""
    assignment = assignments.get({"_id": assignment_id})
    if assignment is None or not access.writes(caller, assignment["course"]):
        raise AssignmentNotFound
    return assignment


def require_attending(caller: Caller, assignment_id: ObjectId) -> None:
    """Raise AssignmentNotFound unless there is one to attend, NotEnrolled, and LessonLocked while it is not open."""
    availability.require_open(caller.id, rights.attended_lesson(caller, assignment_id, AssignmentNotFound))


def require_attending_or_writing(caller: Caller, assignment_id: ObjectId) -> None:
    """The same, unless the caller is one of the authors."""
    assignment = assignments.get({"_id": assignment_id}, {"course": 1})
    if assignment is None or not access.writes(caller, assignment["course"]):
        require_attending(caller, assignment_id)


def written_submission(caller: Caller, submission_id: ObjectId) -> Submission:
    """What was handed in for a course that the caller is an author of; drafts are their learners' alone."""
    submission = submissions.get({"_id": submission_id, "state": {"$ne": "draft"}})
    if submission is None or not access.writes(caller, submission["course"]):
        raise SubmissionNotFound
    return submission


def written_assessment(caller: Caller, assessment_id: ObjectId) -> Subsection:
    """The lesson of a quiz or an assignment in a course that the caller is an author of."""
    lesson = subsections.of_assessment(assessment_id)
    if lesson is None or not access.writes(caller, lesson["course"]):
        raise AssessmentNotFound
    return lesson


def seen_file(caller: Caller, file_id: ObjectId) -> KeptFile:
    """A file of what the caller handed in or was released, or of what was handed in or graded in their course."""
    where = {"files.id": file_id}
    kept = submissions.get(where)
    if kept and (kept["user"] == caller.id or (kept["state"] != "draft" and access.writes(caller, kept["course"]))):
        return _of(kept["files"], file_id)
    grade = grades.get(where)
    released = grade is not None and grade["user"] == caller.id and grade["releasedAt"] is not None
    if grade and (released or access.writes(caller, grade["course"])):
        return _of(grade["files"], file_id)
    raise KeptFileNotFound


def _of(files: list[KeptFile], file_id: ObjectId) -> KeptFile:
    return next(file for file in files if file["id"] == file_id)
