"""What staff do to somebody's account: suspend and restore it, change what it may do, end its sign-ins."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.authoring import authorship
from lms.errors import (
    ChangedMeanwhile,
    EmailUnverified,
    Forbidden,
    LastAdministrator,
    OwnAccount,
    StatusUnchanged,
    UserNotFound,
)
from lms.jobs.accounts import users as jobs
from lms.models import actors
from lms.models.accounts import user_administration
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import AppointedRole, Role, User, staff_role, users
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional


@transactional
def suspend(user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Close an account, end all its sign-ins, take its courses off the shelf and tell its owner why.

    `seen` is the `updatedAt` of the page it was decided on; nothing is compared where there was none.
    """
    user = require_other(user_id, seen)
    if user["status"] == "suspended":
        raise StatusUnchanged
    keep_an_administrator(user)
    user_administration.revise(user, {"status": "suspended"})
    end_sign_ins(user_id)
    authorship.withdraw(user_id)
    row = audit_log.record("user.suspend", users.subject(user), {"status": "active"}, {"status": "suspended"}, reason)
    jobs.tell_suspended.promise(row)


@transactional
def restore(user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Open a suspended account again, and tell its owner."""
    user = require_other(user_id, seen)
    if user["status"] != "suspended":
        raise StatusUnchanged("The account is not suspended.")
    user_administration.revise(user, {"status": "active"})
    authorship.put_back(user_id)
    row = audit_log.record("user.restore", users.subject(user), {"status": "suspended"}, {"status": "active"}, reason)
    jobs.tell_restored.promise(row)


@transactional
def bring_back(user_id: ObjectId) -> None:
    """Undo the deletion of an account that is not erased yet, whoever deleted it."""
    user = require_other(user_id)
    if "deletedAt" not in user:
        raise StatusUnchanged("The account is not deleted.")
    user_administration.revise(user, {}, "deletedAt", "deletedBy")
    authorship.put_back(user_id)
    deletion = {name: user.get(name) for name in ("deletedAt", "deletedBy")}
    audit_log.record("user.bring_back", users.subject(user), deletion, dict.fromkeys(deletion))


@transactional
def sign_out(user_id: ObjectId) -> None:
    """End every sign-in of somebody, of the API and of the staff pages."""
    user = require_other(user_id)
    end_sign_ins(user_id)
    audit_log.record("user.sign_out", users.subject(user))


@transactional
def change_role(
    user_id: ObjectId,
    role: Role,
    appointed: AppointedRole | None,
    reason: str | None = None,
    seen: datetime | None = None,
) -> None:
    """Change what somebody may do, felt by their very next request; administrators need not be `appointed`."""
    _require_senior()
    user = require_other(user_id, seen)
    was = {"role": user["role"], "staffRole": user.get("staffRole")}
    became: dict[str, Any] = {"role": role, "staffRole": None if role == "admin" else appointed}
    if was == became:
        return
    if became["role"] != "admin":
        keep_an_administrator(user)
    _set_role(user, became)
    audit_log.record("user.change_role", users.subject(user), was, became, reason)


def _set_role(user: User, became: dict[str, Any]) -> None:
    """Write the roles; whoever loses rights at `/admin` is signed out there."""
    staff = "admin" if became["role"] == "admin" else became["staffRole"]
    if staff and user["emailVerifiedAt"] is None:
        raise EmailUnverified("This person has not confirmed their e-mail address yet.")
    fields = {name: value for name, value in became.items() if value}
    user_administration.revise(user, fields, "appliedAt", *(became.keys() - fields.keys()))
    sessions.set_role(user["_id"], became["role"])
    if staff_role(user) not in (None, staff) and staff != "admin":
        staff_sessions.end_all(user["_id"])


@transactional
def reset_totp(user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Have somebody who lost their authenticator sign in at `/admin` with mailed codes again."""
    _require_senior()
    user = require_other(user_id, seen)
    user_administration.revise(user, {}, "totp")
    staff_sessions.end_all(user_id)
    audit_log.record("user.reset_authenticator", users.subject(user), reason=reason)


def require_other(user_id: ObjectId, seen: datetime | None = None) -> User:
    """Somebody else's account as it was `seen`, which the actor may decide on."""
    user = users.by_id(user_id)
    if user is None:
        raise UserNotFound
    if seen is not None and user["updatedAt"] != seen:
        raise ChangedMeanwhile
    if user_id == actors.actor().id:
        raise OwnAccount
    if staff_role(user):
        _require_senior()
    return user


def _require_senior() -> None:
    if not actors.actor().senior:
        raise Forbidden("Only an administrator decides on staff and on roles.")


def keep_an_administrator(user: User) -> None:
    """Refuse to lose the last administrator, also when several are removed at the same moment."""
    if user["role"] == "admin" and not user_administration.rely_on_another_admin(user["_id"]):
        raise LastAdministrator


def end_sign_ins(user_id: ObjectId) -> None:
    sessions.end_all(user_id)
    staff_sessions.end_all(user_id)
