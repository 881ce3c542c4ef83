"""Quizzes, assignments, attempts and submissions as staff look at them, whosever they are."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId

from lms.controllers.analytics import assessment_figures
from lms.controllers.assessment import showing_work, shown
from lms.errors import AssessmentNotFound, AttemptNotFound, KeptFileNotFound, SubmissionNotFound
from lms.models.accounts.users import name_of, users
from lms.models.assessment.assignments import assignments
from lms.models.assessment.grades import grades
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.assessment.quizzes import quizzes
from lms.models.assessment.submissions import SENT, submissions
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter
from lms.models.catalogue.courses import courses
from lms.models.system.audit_log import audit_log
from lms.results import Redirect
from lms.services.authoring import cloudinary

File = dict[str, Any]

NEWEST = [("_id", -1)]
SHOWN = 20
"""Of attempts or submissions on the page of what they are for; the lists have them all."""

WITHOUT_CONTENT = {"paper": 0, "answers": 0, "marks": 0, "keyVersions": 0}


def assessment_file(assessment_id: ObjectId) -> File:
    """A quiz with its figures and newest attempts, or an assignment with its submissions."""
    lesson = _lesson(assessment_id)
    found = _quiz_file(assessment_id) if lesson["kind"] == "quiz" else _assignment_file(assessment_id)
    collection = quizzes.name if lesson["kind"] == "quiz" else assignments.name
    return {
        "lesson": lesson,
        "course": _course(lesson["course"]),
        "history": audit_log.history(collection, assessment_id),
        **found,
    }


def _quiz_file(quiz_id: ObjectId) -> File:
    made: list[Any] = quiz_attempts.find({"quiz": quiz_id}, WITHOUT_CONTENT, NEWEST, SHOWN)
    return {
        "rules": quizzes.get({"_id": quiz_id}),
        "figures": assessment_figures.of_quiz(quiz_id),
        "questions": assessment_figures.of_questions(quiz_id),
        "attempts": _with_names(made),
    }


def _assignment_file(assignment_id: ObjectId) -> File:
    sent: list[Any] = submissions.find({"assignment": assignment_id, "state": {"$in": SENT}}, None, NEWEST, SHOWN)
    return {
        "rules": assignments.get({"_id": assignment_id}),
        "figures": assessment_figures.of_assignment(assignment_id),
        "submissions": _with_names(sent),
    }


def attempt_file(attempt_id: ObjectId) -> File:
    """An attempt with all of its paper, and what staff did."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None:
        raise AttemptNotFound
    return {
        "attempt": {**shown.to_author(attempt), "address": attempt["address"]},
        "learner": _person(attempt["user"]),
        "lesson": _lesson(attempt["quiz"]),
        "course": _course(attempt["course"]),
        "grade": grades.of(attempt["quiz"], attempt["user"]),
        "history": audit_log.history(quiz_attempts.name, attempt_id),
    }


def submission_file(submission_id: ObjectId) -> File:
    """What was handed in, what was given for it, and whatever else its learner handed in there."""
    submission = submissions.get(_sent(submission_id))
    if submission is None:
        raise SubmissionNotFound
    assignment_id, user_id = submission["assignment"], submission["user"]
    grade = grades.of(assignment_id, user_id)
    return {
        "submission": showing_work.submission(submission),
        "learner": _person(user_id),
        "lesson": _lesson(assignment_id),
        "course": _course(submission["course"]),
        "rules": assignments.get({"_id": assignment_id}),
        "grade": grade if grade and grade["source"] == submission_id else None,
        "grader": _person(grade["by"]) if grade and grade["by"] else None,
        "others": [each for each in submissions.of(assignment_id, user_id) if _is_another(each, submission_id)],
        "history": audit_log.history(submissions.name, submission_id),
    }


def _is_another(submission: Mapping[str, Any], submission_id: ObjectId) -> bool:
    return submission["state"] in SENT and submission["_id"] != submission_id


def kept_file(submission_id: ObjectId, file_id: ObjectId) -> Redirect:
    """Where a file of what was handed in can be saved for the next five minutes."""
    submission = submissions.get(_sent(submission_id), {"files": 1})
    found = [each["media"] for each in submission["files"] if each["id"] == file_id] if submission else []
    if not found:
        raise KeptFileNotFound
    return Redirect(cloudinary.file_address(found[0]))


def _sent(submission_id: ObjectId) -> Filter:
    """What somebody handed in; drafts are their learners' alone."""
    return {"_id": submission_id, "state": {"$in": SENT}}


def _lesson(assessment_id: ObjectId) -> Mapping[str, Any]:
    """The lesson that a quiz or an assignment is, also where it was deleted."""
    found = subsections.raw.find_one({"assessment": assessment_id})
    if found is None:
        raise AssessmentNotFound
    lesson: Mapping[str, Any] = found
    return lesson


def _course(course_id: ObjectId) -> Mapping[str, Any]:
    return courses.raw.find_one({"_id": course_id}, {"title": 1}) or {"_id": course_id, "title": ""}


def _person(user_id: ObjectId) -> File:
    """Somebody by their name, if they are still here."""
    return {"id": user_id, "name": _names([user_id]).get(user_id)}


def _with_names(rows: list[Any]) -> list[File]:
    names = _names(each["user"] for each in rows)
    return [{**each, "learner": {"id": each["user"], "name": names.get(each["user"])}} for each in rows]


def _names(user_ids: Iterable[ObjectId]) -> dict[ObjectId, str]:
    return {each["_id"]: name_of(each) for each in users.find({"_id": {"$in": list(set(user_ids))}})}
