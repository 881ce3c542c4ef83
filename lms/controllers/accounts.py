"""What operators do to accounts: administrators are made here, never by a request."""

from bson import ObjectId

from lms.models.base import now, transactional
from lms.models.profiles import profiles
from lms.models.sessions import sessions
from lms.models.users import Role, UserStatus, users
from lms.services import page_cache, passwords


def exists(email: str) -> bool:
    return users.by_email(email) is not None


def create_admin(email: str, first_name: str, last_name: str, password: str) -> None:
    """Make the address an administrator's with this password; every sign-in it had ends."""
    fields = {"firstName": first_name, "lastName": last_name, "passwordHash": passwords.hash_of(password)}
    page_cache.moved(str(_make_admin(email, fields)))


@transactional
def _make_admin(email: str, fields: dict[str, str]) -> ObjectId:
    moment = now()
    user = users.put_admin(email, {**fields, "credentialsChangedAt": moment, "updatedAt": moment})
    profiles.keep(user["_id"])
    sessions.end_all(user["_id"])
    return user["_id"]


def set_role(user_id: ObjectId, role: Role) -> None:
    """Change a role, felt by the user's very next request."""
    _set_role(user_id, role)
    page_cache.moved(str(user_id))


@transactional
def _set_role(user_id: ObjectId, role: Role) -> None:
    users.update({"_id": user_id}, {"$set": {"role": role, "updatedAt": now()}})
    sessions.set_role(user_id, role)


@transactional
def set_status(user_id: ObjectId, status: UserStatus) -> None:
    """Suspend an account, which ends its sign-ins, or lift that."""
    users.update({"_id": user_id}, {"$set": {"status": status, "updatedAt": now()}})
    if status == "suspended":
        sessions.end_all(user_id)
