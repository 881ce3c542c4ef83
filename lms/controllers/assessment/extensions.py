"""More time or more tries for one learner, which an author gives."""

from bson import ObjectId

from lms.controllers.assessment import assignment_rights, attempts, results
from lms.controllers.assessment.assignments import deadline
from lms.errors import EnrollmentNotFound, NoExtension
from lms.models.accounts.sessions import Caller
from lms.models.assessment.assignments import Deadline, assignments
from lms.models.assessment.extensions import extensions
from lms.models.assessment.quizzes import quizzes
from lms.models.learning.enrollments import enrollments
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.assessment.extensions import ExtensionIn


@transactional
def grant(caller: Caller, assessment_id: ObjectId, user_id: ObjectId, form: ExtensionIn) -> Result:
    """Give a learner of the course more, in place of what they were given; an attempt that runs ends later.

    What is told once a quiz is closed is told them later, too.

    With neither time nor tries, what was given before is taken back. Raises EnrollmentNotFound and NoExtension.
    """
    lesson = assignment_rights.written_assessment(caller, assessment_id)
    if not enrollments.attends(user_id, lesson["course"]):
        raise EnrollmentNotFound
    due = deadline(form.due_local, form.zone) if form.due_local and form.zone else None
    _require_more(assessment_id, due, form.extra_minutes)
    fields = {
        "course": lesson["course"],
        "due": due,
        "extraMinutes": form.extra_minutes,
        "extraAttempts": form.extra_attempts,
        "reason": form.reason,
        "by": caller.id,
    }
    extensions.grant(assessment_id, user_id, fields)
    attempts.retime(assessment_id, user_id)
    results.follow_rules(assessment_id, user_id)
    shown = {name: fields[name] for name in ("due", "extraMinutes", "extraAttempts", "reason")}
    given = due or form.extra_minutes or form.extra_attempts
    message = None if given else "What was given before is taken back."
    return Result({"assessmentId": assessment_id, "userId": user_id, **shown}, message=message)


def _require_more(assessment_id: ObjectId, due: Deadline | None, minutes: int) -> None:
    """Raise NoExtension for what would give a learner nothing, or less than everybody has."""
    quiz, assignment = quizzes.get({"_id": assessment_id}), assignments.get({"_id": assessment_id})
    if minutes and quiz is None:
        raise NoExtension("An assignment has no minutes to add to. Give another deadline.")
    own = (assignment["due"] or assignment["closes"]) if assignment else None
    ends = own["at"] if own else quiz["closesAt"] if quiz else None
    if due and (ends is None or due["at"] <= ends):
        raise NoExtension("This is no later than it ends for everybody." if ends else "It ends for nobody.")
