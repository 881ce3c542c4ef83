"""People who signed up to teach, and what staff decide on that."""

from datetime import datetime

from bson import ObjectId

from lms.controllers.accounts import users as user_controller
from lms.errors import NoApplication
from lms.jobs.accounts import users as jobs
from lms.models.accounts import user_administration
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import User, users
from lms.models.catalogue.courses import Course, courses
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional


def waiting() -> int:
    """How many wait for a decision."""
    return user_administration.applicants()


def drafts(user_id: ObjectId) -> list[Course]:
    """What somebody has written so far, the newest first."""
    return courses.find({"instructor": user_id}, {"title": 1, "status": 1, "updatedAt": 1}, [("updatedAt", -1)], 20)


@transactional
def approve(user_id: ObjectId, seen: datetime | None = None) -> None:
    """Let somebody hand in courses, and tell them."""
    user = _applicant(user_id, seen)
    user_administration.revise(user, {}, "appliedAt")
    applied = {"appliedAt": user["appliedAt"]}
    row = audit_log.record("application.approve", users.subject(user), applied, {"appliedAt": None})
    jobs.tell_approved.promise(row)


@transactional
def decline(user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Make a learner of somebody who wanted to teach, and tell them why."""
    user = _applicant(user_id, seen)
    user_administration.revise(user, {"role": "student"}, "appliedAt")
    sessions.set_role(user_id, "student")
    was = {"role": user["role"], "appliedAt": user["appliedAt"]}
    became = {"role": "student", "appliedAt": None}
    row = audit_log.record("application.decline", users.subject(user), was, became, reason)
    jobs.tell_declined.promise(row)


def _applicant(user_id: ObjectId, seen: datetime | None) -> User:
    user = user_controller.require_other(user_id, seen)
    if "appliedAt" not in user:
        raise NoApplication
    return user
