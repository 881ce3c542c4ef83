"""More time or more tries for one learner, which an author gives."""

from typing import Any

from bson import ObjectId

from lms.controllers.assessment import assignment_rights, attempts, results
from lms.controllers.assessment.assignments import deadline
from lms.errors import EnrollmentNotFound
from lms.models.accounts.sessions import Caller
from lms.models.assessment.extensions import extensions
from lms.models.learning.enrollments import enrollments
from lms.models.transactions import transactional
from lms.schemas.assessment.extensions import ExtensionIn


@transactional
def grant(caller: Caller, assessment_id: ObjectId, user_id: ObjectId, form: ExtensionIn) -> dict[str, Any]:
    """Give a learner of the course more, in place of what they were given; an attempt that runs ends later.

    What is told once a quiz is closed is told them later, too.

    Raises EnrollmentNotFound.
    """
    lesson = assignment_rights.written_assessment(caller, assessment_id)
    if not enrollments.attends(user_id, lesson["course"]):
        raise EnrollmentNotFound
    fields = {
        "course": lesson["course"],
        "due": deadline(form.due_local, form.zone) if form.due_local and form.zone else None,
        "extraMinutes": form.extra_minutes,
        "extraAttempts": form.extra_attempts,
        "reason": form.reason,
        "by": caller.id,
    }
    extensions.grant(assessment_id, user_id, fields)
    attempts.retime(assessment_id, user_id)
    results.follow_rules(assessment_id, user_id)
    shown = {name: fields[name] for name in ("due", "extraMinutes", "extraAttempts", "reason")}
    return {"assessmentId": assessment_id, "userId": user_id, **shown}
