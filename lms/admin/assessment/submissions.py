"""What learners hand in for assignments: what waits to be graded, and all of it."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bson import ObjectId
from flask import redirect, url_for

from lms.admin.assessment import rows
from lms.admin.filters import Between, Narrowing, OfCourse, OneOf, YesNo
from lms.admin.formats import Format, age, age_of, badge, moment, number
from lms.admin.lists import Column
from lms.admin.pages import page
from lms.admin.roles import EVERYONE
from lms.controllers.assessment import staff_files
from lms.models.assessment.submissions import SENT, submissions

late = Format(lambda seconds: age_of(seconds) if seconds else "no", str, unit="s", safe=True)

LATE = YesNo("lateBy", "Late", {"lateBy": {"$gt": 0}}, {"lateBy": 0})


class SubmissionList(rows.OfLearners):
    """A list of submissions; each has its page in the list of all."""

    collection = submissions
    stages = (
        {"$set": {"kept": {"$size": "$files"}}},
        {"$unset": ["text", "files"]},
        *rows.LEARNER,
        *rows.COURSE,
        *rows.lesson("assignment"),
    )
    filters: ClassVar[Sequence[Narrowing | Between]] = (
        LATE,
        OfCourse("course", "Course"),
        rows.OfAssessment("assignment", "Assignment"),
        Between("submittedAt", "Handed in"),
    )

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for("staff_submissions.details", submission_id=row["_id"])


class SubmissionsWaitingView(SubmissionList):
    slug, title, group, allow = "submissions-waiting", "Submissions waiting", "Assessment", EVERYONE
    lead = "What nobody has graded yet, the longest waiting first. Authors grade; staff look on."
    where = {"state": "submitted"}
    columns = (
        Column("learner.name", "Learner", link=True),
        Column("lesson.title", "Assignment"),
        Column("of.title", "Course"),
        Column("number", "Submission", number),
        Column("submittedAt", "Waits since", age, sort=True),
        Column("lateBy", "Late by", late),
        Column("kept", "Files", number),
    )
    default_sort = ("submittedAt", 1)
    empty = "Nothing waits to be graded."


class SubmissionsView(SubmissionList):
    slug, title, group, allow = "submissions", "Submissions", "Assessment", EVERYONE
    where = {"state": {"$in": SENT}}
    columns = (
        Column("learner.name", "Learner", link=True),
        Column("lesson.title", "Assignment"),
        Column("of.title", "Course"),
        Column("number", "Submission", number),
        Column("state", "State", badge),
        Column("submittedAt", "Handed in", moment),
        Column("lateBy", "Late by", late),
        Column("kept", "Files", number),
    )
    filters = (OneOf("state", "State", SENT), *SubmissionList.filters)
    empty = "Nobody has handed anything in yet."

    @page("/<oid:submission_id>")
    def details(self, submission_id: ObjectId) -> str:
        return self.show("staff/submission.html", **staff_files.submission_file(submission_id))

    @page("/<oid:submission_id>/files/<oid:file_id>")
    def file(self, submission_id: ObjectId, file_id: ObjectId) -> Any:
        """A file that was handed in, to be saved."""
        return redirect(staff_files.kept_file(submission_id, file_id).address, 302)
