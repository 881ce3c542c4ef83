"""What staff do to somebody's account: suspend and restore it, change what it may do, end its sign-ins."""

from datetime import datetime
from typing import Any

from bson import ObjectId

from lms.controllers.accounts.staff_sign_in import name_of
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
from lms.jobs.system import outbox
from lms.models.accounts import user_administration
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import AppointedRole, Role, User, staff_role, users
from lms.models.base import after_commit, transactional
from lms.models.system.audit_log import Actor, Subject, audit_log
from lms.services.system import page_cache

SENIOR = frozenset({"admin", "operator"})
"""Who decides about staff."""


@transactional
def suspend(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Close an account, end all its sign-ins and tell its owner why.

    `seen` is the `updatedAt` of the page it was decided on; nothing is compared where there was none.
    """
    user = require_other(actor, user_id, seen)
    if user["status"] == "suspended":
        raise StatusUnchanged
    keep_an_administrator(user)
    user_administration.revise(user, {"status": "suspended"})
    end_sign_ins(user_id)
    row = audit_log.record(actor, "user.suspend", subject(user), {"status": "active"}, {"status": "suspended"}, reason)
    outbox.promise(jobs.tell_suspended, row)
    after_commit(lambda: page_cache.moved(str(user_id)))


def restore(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Open a suspended account again, and tell its owner."""
    _restore(actor, user_id, reason, seen)
    page_cache.moved(str(user_id))


@transactional
def _restore(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None) -> None:
    user = require_other(actor, user_id, seen)
    if user["status"] != "suspended":
        raise StatusUnchanged("The account is not suspended.")
    user_administration.revise(user, {"status": "active"})
    row = audit_log.record(actor, "user.restore", subject(user), {"status": "suspended"}, {"status": "active"}, reason)
    outbox.promise(jobs.tell_restored, row)


@transactional
def bring_back(actor: Actor, user_id: ObjectId) -> None:
    """Undo the deletion of an account that is not erased yet, whoever deleted it."""
    user = require_other(actor, user_id)
    if "deletedAt" not in user:
        raise StatusUnchanged("The account is not deleted.")
    user_administration.revise(user, {}, "deletedAt", "deletedBy")
    deletion = {name: user.get(name) for name in ("deletedAt", "deletedBy")}
    audit_log.record(actor, "user.bring_back", subject(user), deletion, dict.fromkeys(deletion))


@transactional
def sign_out(actor: Actor, user_id: ObjectId) -> None:
    """End every sign-in of somebody, of the API and of the staff pages."""
    user = require_other(actor, user_id)
    end_sign_ins(user_id)
    audit_log.record(actor, "user.sign_out", subject(user))


def change_role(
    actor: Actor,
    user_id: ObjectId,
    role: Role,
    appointed: AppointedRole | None,
    reason: str | None = None,
    seen: datetime | None = None,
) -> None:
    """Change what somebody may do, felt by their very next request; administrators need not be `appointed`."""
    _change_role(actor, user_id, {"role": role, "staffRole": None if role == "admin" else appointed}, reason, seen)
    page_cache.moved(str(user_id))


@transactional
def _change_role(
    actor: Actor, user_id: ObjectId, became: dict[str, Any], reason: str | None, seen: datetime | None
) -> None:
    _require_senior(actor)
    user = require_other(actor, user_id, seen)
    was = {"role": user["role"], "staffRole": user.get("staffRole")}
    if was == became:
        return
    if became["role"] != "admin":
        keep_an_administrator(user)
    _set_role(user, became)
    audit_log.record(actor, "user.change_role", subject(user), was, became, reason)


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
def reset_totp(actor: Actor, user_id: ObjectId, reason: str, seen: datetime | None = None) -> None:
    """Have somebody who lost their authenticator sign in at `/admin` with mailed codes again."""
    _require_senior(actor)
    user = require_other(actor, user_id, seen)
    user_administration.revise(user, {}, "totp")
    staff_sessions.end_all(user_id)
    audit_log.record(actor, "user.reset_authenticator", subject(user), reason=reason)


def require_other(actor: Actor, user_id: ObjectId, seen: datetime | None = None) -> User:
    """Somebody else's account as it was `seen`, which the actor may decide on."""
    user = users.by_id(user_id)
    if user is None:
        raise UserNotFound
    if seen is not None and user["updatedAt"] != seen:
        raise ChangedMeanwhile
    if user_id == actor.id:
        raise OwnAccount
    if staff_role(user):
        _require_senior(actor)
    return user


def _require_senior(actor: Actor) -> None:
    if actor.role not in SENIOR:
        raise Forbidden("Only an administrator decides on staff and on roles.")


def keep_an_administrator(user: User) -> None:
    """Refuse to lose the last administrator, also when several are removed at the same moment."""
    if user["role"] == "admin" and not user_administration.rely_on_another_admin(user["_id"]):
        raise LastAdministrator


def end_sign_ins(user_id: ObjectId) -> None:
    sessions.end_all(user_id)
    staff_sessions.end_all(user_id)


def subject(user: User) -> Subject:
    return Subject(users.name, user["_id"], name_of(user))
