"""Attempts at quizzes: who takes one now, what was answered, and annulling one."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bson import ObjectId
from flask import Response, url_for

from lms.admin.assessment import rows
from lms.admin.assessment.answers import readable
from lms.admin.filters import Between, Narrowing, OfCourse, OneOf
from lms.admin.formats import age, badge, number, yes_no
from lms.admin.lists import Column
from lms.admin.pages import action, page, read_form
from lms.admin.roles import ADMINS, EVERYONE
from lms.controllers.assessment import decisions, staff_files
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.schemas.assessment.staff import StaffAnnulIn

ANSWERED = {"$size": {"$filter": {"input": {"$objectToArray": "$answers"}, "cond": {"$ne": ["$$this.v.value", None]}}}}

IS_GRADED, REACHED = {"$eq": ["$state", "graded"]}, ("percent", "passed")


class AttemptList(rows.OfLearners):
    """A list of attempts; each has its page in the list of all."""

    collection = quiz_attempts
    stages = (
        {"$set": {"answered": ANSWERED, "asked": {"$size": "$paper"}}},
        {"$unset": ["paper", "answers", "marks", "keyVersions"]},
        *rows.LEARNER,
        *rows.COURSE,
        *rows.lesson("quiz"),
    )
    filters: ClassVar[Sequence[Narrowing | Between]] = (
        OfCourse("course", "Course"),
        rows.OfAssessment("quiz", "Quiz"),
    )

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for("staff_attempts.details", attempt_id=row["_id"])


class OpenAttemptsView(AttemptList):
    slug, title, group, allow = "open-attempts", "Open attempts", "Assessment", EVERYONE
    lead = "Quizzes that somebody takes now. What is still open when its time is up is handed in with what was saved."
    where = {"state": "open"}
    columns = (
        Column("learner.name", "Learner", link=True),
        Column("lesson.title", "Quiz"),
        Column("of.title", "Course"),
        Column("number", "Attempt", number),
        Column("startedAt", "Began", age),
        Column("dueAt", "Ends", age, sort=True),
        Column("answered", "Answered", number),
        Column("asked", "Of", number),
    )
    default_sort = ("startedAt", -1)
    empty = "Nobody takes a quiz at the moment."


class AttemptsView(AttemptList):
    slug, title, group, allow = "attempts", "Attempts", "Assessment", EVERYONE
    columns = (
        Column("learner.name", "Learner", link=True),
        Column("lesson.title", "Quiz"),
        Column("of.title", "Course"),
        Column("number", "Attempt", number),
        Column("state", "State", badge),
        Column("startedAt", "Began", age),
        Column("submittedAt", "Handed in", age),
        Column("percent", "Percent", number),
        Column("passed", "Passed", yes_no),
    )
    stages = (*AttemptList.stages, {"$set": {name: {"$cond": [IS_GRADED, f"${name}", None]} for name in REACHED}})
    filters = (OneOf("state", "State", ("open", "grading", "graded", "annulled")), *AttemptList.filters)
    empty = "Nobody has taken a quiz yet."

    @page("/<oid:attempt_id>")
    def details(self, attempt_id: ObjectId) -> str:
        found = staff_files.attempt_file(attempt_id)
        paper = [{**each, **readable(each)} for each in found["attempt"]["paper"]]
        return self.show("staff/attempt.html", **found, paper=paper)

    @action("/<oid:attempt_id>/annul", allow=ADMINS, again="details")
    def annul(self, attempt_id: ObjectId) -> Response:
        decisions.annul(attempt_id, read_form(StaffAnnulIn))
        return self.done("It counts for nothing, and its learner is told so.", ".details", attempt_id=attempt_id)
