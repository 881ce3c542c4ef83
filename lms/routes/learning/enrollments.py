"""/courses/enroll: enrolling in free courses, and leaving any."""

from typing import Any

from bson import ObjectId

from lms.controllers.learning import enrollments
from lms.errors import AlreadyEnrolled, CourseNotFound, NotEnrolled, PaymentRequired
from lms.http.api import Api
from lms.middlewares.auth import enrolled, student
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
    """Enrol in a free course, or again in one that was bought and left."""
    return enrollments.enroll(caller, course_id)


@api.delete(
    "/enroll/<id:course_id>",
    allow=enrolled,
    message="You have left the course. Your progress is kept, and what you paid for stays yours.",
    refusals=(NotEnrolled,),
)
def leave(caller: Caller, course_id: ObjectId) -> None:
    """Leave a course. No money goes back; enrolling again continues where the learner was."""
    enrollments.leave(caller, course_id)
