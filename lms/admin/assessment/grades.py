"""How grades are changed afterwards: quizzes marked again, and points that authors gave instead."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from lms.admin.assessment import rows
from lms.admin.filters import Between, OfCourse, OneOf
from lms.admin.formats import badge, moment, number, score
from lms.admin.lists import Column, ListView
from lms.admin.roles import EVERYONE
from lms.models.accounts.users import NAME
from lms.models.assessment.grades import grades
from lms.models.assessment.regrades import regrades
from lms.models.stages import lookup


class RegradesView(ListView):
    slug, title, group, allow = "regrades", "Regrades", "Assessment", EVERYONE
    lead = "Quizzes whose attempts are marked again with newer keys, in rounds."
    collection = regrades
    stages = (*rows.COURSE, *rows.lesson("quiz"), *lookup("users", "by", "author", {"name": NAME}))
    columns = (
        Column("lesson.title", "Quiz", link=True),
        Column("of.title", "Course"),
        Column("state", "State", badge),
        Column("policy", "Policy"),
        Column("up", "More points", number),
        Column("down", "Fewer points", number),
        Column("author.name", "By"),
        Column("startedAt", "Began", moment),
        Column("endedAt", "Ended", moment),
    )
    filters = (
        OneOf("state", "State", ("running", "done")),
        OfCourse("course", "Course"),
        rows.OfAssessment("quiz", "Quiz"),
    )
    empty = "No quiz has been regraded."

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for("staff_assessments.details", assessment_id=row["quiz"])


class OverridesView(rows.OfLearners):
    slug, title, group, allow = "overrides", "Overrides", "Assessment", EVERYONE
    lead = "Grades for which an author gave other points than were marked."
    collection = grades
    where = {"override.at": {"$exists": True}}
    stages = (
        {"$set": {"marked": {"$max": [0, {"$subtract": ["$raw", "$penalty"]}]}}},
        *rows.LEARNER,
        *rows.COURSE,
        *rows.lesson("assessment"),
        *lookup("users", "override.by", "author", {"name": NAME}),
    )
    columns = (
        Column("learner.name", "Learner"),
        Column("lesson.title", "Assessment", link=True),
        Column("of.title", "Course"),
        Column("kind", "Kind", badge),
        Column("marked", "Marked", score),
        Column("override.points", "Given", score),
        Column("outOf", "Out of", score),
        Column("override.reason", "Why"),
        Column("author.name", "By"),
        Column("override.at", "When", moment, sort=True),
    )
    filters = (
        OneOf("kind", "Kind", ("quiz", "assignment")),
        OfCourse("course", "Course"),
        rows.OfAssessment("assessment", "Assessment"),
        Between("override.at", "Given"),
    )
    default_sort = ("override.at", -1)
    empty = "No grade has been overridden."

    def address_of(self, row: Mapping[str, Any]) -> str:
        return url_for("staff_assessments.details", assessment_id=row["assessment"])
