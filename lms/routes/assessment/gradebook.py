"""/assessments: the gradebook of a course, and what its learners are told of it."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import gradebook
from lms.errors import AssessmentNotFound, ChangedMeanwhile, GradeNotFound, NotEnrolled, PointsAboveAll
from lms.http.api import Api
from lms.middlewares.auth import author_of_course, enrolled
from lms.models.accounts.sessions import Caller
from lms.schemas.assessment.gradebook import (
    CellOut,
    GradebookFileQuery,
    GradebookOut,
    GradebookQuery,
    GradebookRowOut,
    OverrideIn,
    OwnGradesOut,
    TakenBackQuery,
)

api = Api("gradebook", "/assessments")


@api.get(
    "/gradebook/<id:course_id>",
    allow=author_of_course,
    returns=list[GradebookRowOut],
    top_level=GradebookOut,
)
def page(course_id: ObjectId, query: GradebookQuery) -> Any:
    """The learners of a course with their grades."""
    return gradebook.page(course_id, query)


@api.get("/gradebook/<id:course_id>/csv", allow=author_of_course, media_type="text/csv")
def file(course_id: ObjectId, query: GradebookFileQuery) -> Any:
    """All of the gradebook, as a sheet."""
    return gradebook.file(course_id, query)


@api.put(
    "/gradebook/<id:course_id>/<id:assessment_id>/<id:user_id>",
    allow=author_of_course,
    returns=CellOut,
    message="These points count now.",
    refusals=(AssessmentNotFound, NotEnrolled, PointsAboveAll, ChangedMeanwhile),
)
def override(caller: Caller, course_id: ObjectId, assessment_id: ObjectId, user_id: ObjectId, body: OverrideIn) -> Any:
    """Give other points than were marked, or points to somebody who has handed in nothing."""
    return gradebook.override(caller, course_id, assessment_id, user_id, body)


@api.delete(
    "/gradebook/<id:course_id>/<id:assessment_id>/<id:user_id>",
    allow=author_of_course,
    message="What was marked counts again.",
    refusals=(AssessmentNotFound, GradeNotFound, ChangedMeanwhile),
)
def take_back(course_id: ObjectId, assessment_id: ObjectId, user_id: ObjectId, query: TakenBackQuery) -> None:
    """Take back what was given instead; a grade that was nothing else ends."""
    gradebook.take_back(course_id, assessment_id, user_id, query.revision)


@api.get("/grades/<id:course_id>", allow=enrolled, returns=OwnGradesOut)
def own(caller: Caller, course_id: ObjectId) -> Any:
    """What the caller has been told of their grades in the course."""
    return gradebook.own(caller, course_id)
