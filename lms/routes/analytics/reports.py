"""/analytics: how the school and its courses are doing."""

from typing import Any

from bson import ObjectId

from lms.controllers.analytics import course_reports
from lms.controllers.analytics import reports as analytics
from lms.http.api import Api
from lms.middlewares.auth import admin, author_of_course
from lms.models.accounts.sessions import Caller
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
