"""What administrators decide on attempts, from the pages of staff."""

from bson import ObjectId

from lms.controllers.assessment import manual_marks
from lms.errors import AttemptNotFound, ChangedMeanwhile
from lms.models import actors
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.authoring.subsections import subsections
from lms.models.base import Subject
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.assessment.staff import StaffAnnulIn


@transactional
def annul(attempt_id: ObjectId, form: StaffAnnulIn) -> None:
    """Have an attempt count for nothing, which gives it back to its learner, who is told why."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None:
        raise AttemptNotFound
    if attempt["revision"] != form.seen:
        raise ChangedMeanwhile
    by = actors.actor().id
    assert by is not None, "Whoever acts on a page of staff has signed in."
    manual_marks.take_out(attempt, form.reason, by)
    lesson = subsections.of_assessment(attempt["quiz"])
    named = f"Attempt {attempt['number']} at {lesson['title'] if lesson else 'a deleted quiz'}"
    before, after = {"state": attempt["state"]}, {"state": "annulled"}
    audit_log.record("attempt.annul", Subject(quiz_attempts.name, attempt_id, named), before, after, form.reason)
