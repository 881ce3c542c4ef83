"""What was handed in and what was given for it, as learners and graders are told."""

from collections.abc import Mapping
from typing import Any

from lms.controllers.assessment import kept_files
from lms.controllers.assessment.work import Work
from lms.models.assessment.grades import grades
from lms.models.assessment.submissions import Submission
from lms.models.base import now

COUNTED = ("raw", "penalty", "points", "outOf", "percent", "passed", "releasedAt", "revision")


def mine(work: Work) -> dict[str, Any]:
    """A learner's own work, with the grade once it is released."""
    grade = grades.of(work.assignment["_id"], work.user_id)
    released = grade if grade and grade["releasedAt"] else None
    return {
        "open": work.refusal(now()) is None,
        "triesLeft": work.tries_left,
        "revision": work.revision,
        "submissions": [submission(each, own=True, graded=released is not None) for each in work.all],
        "grade": grade_shown(released) if released else None,
    }


def own(work: Work, found: Submission) -> dict[str, Any]:
    """One of a learner's own submissions, as far as they are to know of it."""
    grade = grades.of(work.assignment["_id"], work.user_id)
    return submission(found, own=True, graded=grade is not None and grade["releasedAt"] is not None)


def submission(found: Submission, own: bool = False, graded: bool = True) -> dict[str, Any]:
    """What was handed in; its learner is not told that it is graded before the grade is released."""
    state = found["state"]
    return {
        "id": found["_id"],
        "number": found["number"],
        "state": "submitted" if state == "graded" and not graded else state,
        "text": found["text"],
        "url": found["url"],
        "files": [kept_files.shown(each, own) for each in found["files"]],
        "submittedAt": found.get("submittedAt"),
        "lateBy": found.get("lateBy", 0),
        "handedInBy": found.get("handedInBy"),
        "note": found.get("note"),
        "revision": found["revision"],
    }


def grade_shown(grade: Mapping[str, Any]) -> dict[str, Any]:
    """A grade with the rubric as it was when it was given."""
    return {
        **{name: grade[name] for name in COUNTED},
        "overridden": "override" in grade,
        "levels": grade.get("levels", {}),
        "rubric": grade.get("rubricSeen", []),
        "comment": grade.get("comment", ""),
        "files": [kept_files.shown(each) for each in grade.get("files", [])],
    }


def alias(found: Submission) -> str:
    """What graders call the learner of a submission whom they are not to know."""
    return f"Learner {str(found['_id'])[-6:].upper()}"
