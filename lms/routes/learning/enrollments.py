"""/courses/enroll: enrolling in free courses."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import enrollments
from lms.errors import AlreadyEnrolled, CourseNotFound, PaymentRequired
from lms.http.api import Api
from lms.middlewares.auth import student
from lms.models.accounts.sessions import Caller
from lms.schemas.learning.enrollments import EnrollmentOut

api = Api("enrollments", "/courses")


@api.post(
    "/enroll/<id:course_id>",
    allow=student,
    returns=EnrollmentOut,
    status=201,
    message="You are enrolled.",
    refusals=(CourseNotFound, PaymentRequired, AlreadyEnrolled),
)
def enroll(caller: Caller, course_id: ObjectId) -> Any:
    """Enrol in a free course."""
    return enrollments.enroll(caller, course_id)
