"""What follows where a course takes less than before."""

from bson import ObjectId

from lms.controllers.learning import changed_outlines
from lms.machinery.registry import job
from lms.models.catalogue.courses import courses


@job(queue="default", about=courses)
def follow(course_id: ObjectId) -> None:
    """Have learners complete a course that takes less now, and their grades follow what is left of it."""
    changed_outlines.follow(course_id)


@job(queue="default", about=courses)
def follow_from(course_id: ObjectId, after: str) -> None:
    """Go on with that behind the enrolment of this id."""
    changed_outlines.follow(course_id, ObjectId(after))
