"""What follows for learners where a course takes less than before: who has all of it now, and what their grades are."""

from bson import ObjectId

from lms.controllers.assessment import grades
from lms.controllers.learning import progress
from lms.jobs.learning import changed_outlines as jobs
from lms.machinery.rounds import FROM_THE_FIRST, within_a_round
from lms.models.learning.enrollments import enrollments

AT_A_TIME = 500


def follow(course_id: ObjectId, after: ObjectId = FROM_THE_FIRST) -> None:
    """Look at every learner of a course, in rounds; who comes second finds nothing to do."""
    held = enrollments.find({"course": course_id, "_id": {"$gt": after}}, {"user": 1}, [("_id", 1)], AT_A_TIME)
    for each in within_a_round(held):
        progress.catch_up(each["user"], course_id)
        grades.refresh(course_id, each["user"])
        after = each["_id"]
    if held:
        jobs.follow_from.promise(course_id, str(after))
