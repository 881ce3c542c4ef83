"""Quizzes and assignments: how they stand, and how they measure."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from flask import url_for

from lms.admin.assessment import rows
from lms.admin.filters import OfCourse, OneOf
from lms.admin.formats import badge, moment, number, percent
from lms.admin.lists import Column, ListView
from lms.admin.pages import page
from lms.admin.roles import EVERYONE
from lms.controllers.assessment import staff_files
from lms.models.assessment.submissions import SENT
from lms.models.authoring.subsections import subsections
from lms.models.base import Filter
from lms.models.stages import Stages, lookup

HARDEST = 20
"""Questions in the chart; the table beside it has them all."""


def _counted(source: str, foreign: str, states: tuple[str, ...], waits: str) -> Stages:
    """Stages that count what was handed in for an assessment, and what of it waits for a person."""
    sums = {"_id": None, "sent": {"$sum": 1}, "waiting": {"$sum": {"$cond": [{"$eq": ["$state", waits]}, 1, 0]}}}
    pipeline = [{"$match": {"state": {"$in": states}}}, {"$group": sums}]
    joined = {"from": source, "localField": "assessment", "foreignField": foreign, "pipeline": pipeline, "as": source}
    return [{"$lookup": joined}]


PASSED = {
    "$lookup": {
        "from": "grades",
        "localField": "assessment",
        "foreignField": "assessment",
        "pipeline": [{"$group": {"_id": None, "share": {"$avg": {"$cond": ["$passed", 1, 0]}}}}],
        "as": "grades",
    }
}
ASKED = {"$sum": {"$map": {"input": "$quiz.items", "in": {"$ifNull": ["$$this.draw.count", 1]}}}}
IS_QUIZ = {"$eq": ["$kind", "quiz"]}


class AssessmentsView(ListView):
    slug, title, group, allow = "assessments", "Assessments", "Assessment", EVERYONE
    collection = subsections
    where = {"assessment": {"$type": "objectId"}}
    stages = (
        {"$project": {"assessment": 1, "course": 1, "kind": 1, "title": 1}},
        *rows.COURSE,
        *lookup("quizzes", "assessment", "quiz", {"items": 1, "closesAt": 1}),
        *lookup("assignments", "assessment", "assignment", {"due": 1}),
        *_counted("quizAttempts", "quiz", ("grading", "graded"), "grading"),
        *_counted("submissions", "assignment", SENT, "submitted"),
        PASSED,
        {
            "$set": {
                "questions": {"$cond": [IS_QUIZ, ASKED, None]},
                "until": {"$ifNull": ["$quiz.closesAt", "$assignment.due.at"]},
                "sent": {"$add": [{"$sum": "$quizAttempts.sent"}, {"$sum": "$submissions.sent"}]},
                "waiting": {"$add": [{"$sum": "$quizAttempts.waiting"}, {"$sum": "$submissions.waiting"}]},
                "passed": {"$first": "$grades.share"},
            }
        },
    )
    columns = (
        Column("title", "Title", link=True),
        Column("of.title", "Course"),
        Column("kind", "Kind", badge),
        Column("questions", "Questions", number),
        Column("until", "Deadline", moment),
        Column("sent", "Handed in", number),
        Column("waiting", "Waiting", number),
        Column("passed", "Passed", percent),
    )
    filters = (OneOf("kind", "Kind", ("quiz", "assignment")), OfCourse("course", "Course"))
    search_hint = "any part of the title"
    default_sort = ("assessment", -1)
    empty = "No course has a quiz or an assignment yet."

    def searching(self, text: str) -> Filter:
        return rows.OfAssessment("assessment", "").clause(text)

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for(".details", assessment_id=row["assessment"])

    @page("/<oid:assessment_id>")
    def details(self, assessment_id: ObjectId) -> str:
        found = staff_files.assessment_file(assessment_id)
        if found["lesson"]["kind"] == "quiz":
            return self.show("staff/quiz.html", **found, plot=_plot(found["questions"]))
        return self.show("staff/assignment.html", **found)


def _plot(questions: list[dict[str, Any]]) -> dict[str, Any]:
    """The hardest questions as the script draws them, by the numbers that the table has."""
    hardest = questions[:HARDEST]
    return {
        "kind": "bar",
        "labels": [f"Question {place}" for place in range(1, len(hardest) + 1)],
        "series": [
            {"name": "Difficulty", "values": [each["difficulty"] for each in hardest]},
            {"name": "Discrimination", "values": [each["discrimination"] for each in hardest]},
        ],
    }
