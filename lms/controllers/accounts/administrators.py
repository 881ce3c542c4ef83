"""What operators do to accounts: administrators are made here, never by a request."""

from typing import Any

from lms.controllers.accounts import users as user_controller
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import User, users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.accounts import passwords

TOLD = ("firstName", "lastName", "role", "staffRole", "status", "appliedAt", "deletedAt", "deletedBy")


def exists(email: str) -> bool:
    return users.by_email(email) is not None


def create_admin(email: str, first_name: str, last_name: str, password: str) -> None:
    """Make the address an administrator's with this password; every sign-in it had ends."""
    fields = {"firstName": first_name, "lastName": last_name, "passwordHash": passwords.hash_of(password)}
    _make_admin(email, fields)


@transactional
def _make_admin(email: str, fields: dict[str, str]) -> None:
    moment = now()
    before = users.by_email(email)
    user = users.put_admin(email, {**fields, "credentialsChangedAt": moment, "updatedAt": moment})
    profiles.keep(user["_id"])
    user_controller.end_sign_ins(user["_id"])
    was = _told(before) if before else {}
    became = {**_told(user), **({"password": "replaced"} if before else {})}
    audit_log.record("user.create_admin", users.subject(user), was, became)


def _told(user: User) -> dict[str, Any]:
    """What the audit log keeps of an account that is made an administrator's."""
    return {**{name: user.get(name) for name in TOLD}, "authenticator": user.get("totp", {}).get("confirmedAt")}
