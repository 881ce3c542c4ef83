"""What administrators decide on attempts, from the pages of staff."""

from bson import ObjectId

from lms.controllers.assessment import manual_marks
from lms.errors import AttemptNotFound, ChangedMeanwhile
from lms.models import actors
from lms.models.accounts.sessions import Caller
from lms.models.assessment.quiz_attempts import quiz_attempts
from lms.models.authoring.subsections import subsections
from lms.models.base import Subject
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.assessment.attempts import AnnulIn
from lms.schemas.assessment.staff import StaffAnnulIn


@transactional
def annul(attempt_id: ObjectId, form: StaffAnnulIn) -> None:
    """Have an attempt count for nothing, which gives it back to its learner, who is told why."""
    attempt = quiz_attempts.get({"_id": attempt_id})
    if attempt is None:
        raise AttemptNotFound
    if attempt["revision"] != form.seen:
        raise ChangedMeanwhile
    manual_marks.annul(_as_author(), attempt_id, AnnulIn(reason=form.reason))
    lesson = subsections.get({"assessment": attempt["quiz"]}, {"title": 1})
    named = f"Attempt {attempt['number']} at {lesson['title'] if lesson else 'a deleted quiz'}"
    before, after = {"state": attempt["state"]}, {"state": "annulled"}
    audit_log.record("attempt.annul", Subject(quiz_attempts.name, attempt_id, named), before, after, form.reason)


def _as_author() -> Caller:
    """The administrator who acts, as somebody who may do what authors may; no sign-in of the API stands behind it."""
    known = actors.actor().id
    assert known is not None, "Whoever acts on a page of staff has signed in."
    return Caller(known, "admin", ObjectId())
