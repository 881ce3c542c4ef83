"""/analytics: how the school and its courses are doing."""

from typing import Any

from bson import ObjectId

from lms.controllers.analytics import assessment_figures, course_reports
from lms.controllers.analytics import reports as analytics
from lms.http.api import Api
from lms.middlewares.auth import admin, author_of_course
from lms.models.accounts.sessions import Caller
from lms.schemas.analytics.assessments import CourseAssessmentsOut, QuestionFiguresOut
from lms.schemas.analytics.reports import AnalyticsOut, AnalyticsQuery, CourseAnalyticsOut

api = Api("analytics", "/analytics")


@api.get("", allow=admin, returns=AnalyticsOut)
def report(query: AnalyticsQuery) -> Any:
    """What happened at the school in a time, and how its catalogue stands now."""
    return analytics.report(query)


@api.get("/courses/<id:course_id>", allow=author_of_course, returns=CourseAnalyticsOut)
def course(caller: Caller, course_id: ObjectId, query: AnalyticsQuery) -> Any:
    """How a course is doing, and in which lessons its learners stop."""
    return course_reports.report(caller, course_id, query)


@api.get("/courses/<id:course_id>/assessments", allow=author_of_course, returns=CourseAssessmentsOut)
def assessments(course_id: ObjectId) -> Any:
    """How the quizzes and assignments of a course are taken and passed."""
    return assessment_figures.of_course(course_id)


@api.get("/quizzes/<id:quiz_id>/questions", allow=author_of_course, returns=list[QuestionFiguresOut])
def questions(quiz_id: ObjectId) -> Any:
    """How well each question of a quiz measures, the hardest first."""
    return assessment_figures.of_questions(quiz_id)
