"""People who signed up to teach, and what staff decide on that."""

from datetime import datetime

from bson import ObjectId

from lms.controllers import people
from lms.errors import NoApplication
from lms.jobs import outbox
from lms.jobs import users as jobs
from lms.models import accounts
from lms.models.audit_log import Actor, audit_log
from lms.models.base import transactional
from lms.models.courses import Course, courses
from lms.models.sessions import sessions
from lms.models.users import User
from lms.services import page_cache


def waiting() -> int:
    """How many wait for a decision."""
    return accounts.applicants()


def drafts(user_id: ObjectId) -> list[Course]:
    """What somebody has written so far, the newest first."""
    return courses.find({"instructor": user_id}, {"title": 1, "status": 1, "updatedAt": 1}, [("updatedAt", -1)], 20)


@transactional
def approve(actor: Actor, user_id: ObjectId, seen: datetime | None = None) -> None:
    """Let somebody hand in courses, and tell them."""
    user = _applicant(actor, user_id, seen)
    accounts.revise(user, {}, "appliedAt")
    applied = {"appliedAt": user["appliedAt"]}
    row = audit_log.record(actor, "application.approve", people.subject(user), applied, {"appliedAt": None})
    outbox.promise(jobs.tell_approved, row)


def decline(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Make a learner of somebody who wanted to teach, and tell them why."""
    _decline(actor, user_id, reason, seen)
    page_cache.moved(str(user_id))


@transactional
def _decline(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None) -> None:
    user = _applicant(actor, user_id, seen)
    accounts.revise(user, {"role": "student"}, "appliedAt")
    sessions.set_role(user_id, "student")
    was = {"role": user["role"], "appliedAt": user["appliedAt"]}
    became = {"role": "student", "appliedAt": None}
    row = audit_log.record(actor, "application.decline", people.subject(user), was, became, reason)
    outbox.promise(jobs.tell_declined, row)


def _applicant(actor: Actor, user_id: ObjectId, seen: datetime | None) -> User:
    user = people.require_other(actor, user_id, seen)
    if "appliedAt" not in user:
        raise NoApplication
    return user
