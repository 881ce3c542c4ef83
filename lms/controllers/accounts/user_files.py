"""What staff see of one person."""

from typing import Any

from bson import ObjectId

from lms.errors import UserNotFound
from lms.models.accounts import merged_accounts
from lms.models.accounts.otps import otps
from lms.models.accounts.picture_addresses import image_of
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, staff_role, users
from lms.models.catalogue.courses import courses
from lms.models.learning.enrollments import enrollments
from lms.models.payments.orders import orders
from lms.models.stages import lookup
from lms.models.system.audit_log import AuditEntry, audit_log

NEWEST = 50
"""How many rows each part shows."""


def account(user_id: ObjectId) -> User:
    """Somebody's account; raises UserNotFound, also once it is erased."""
    user = users.by_id(user_id)
    if user is None:
        raise UserNotFound
    return user


def by_address(email: str) -> ObjectId:
    """The id of the account that has this address; raises UserNotFound."""
    user = users.by_email(email.strip().lower())
    if user is None:
        raise UserNotFound("No account has this e-mail address.")
    return user["_id"]


def user_file(user_id: ObjectId) -> dict[str, Any]:
    """A person's account and profile, and the newest of all they have here; raises UserNotFound, also once erased."""
    user, merged = account(user_id), merged_accounts.of(user_id)
    return {
        "user": {name: value for name, value in user.items() if name not in ("passwordHash", "totp")},
        "image": image_of(user),
        "profile": profiles.get({"user": user_id}) or {},
        "staff_role": staff_role(user),
        "authenticator": user.get("totp", {}).get("confirmedAt"),
        "enrolments": _enrolments(user_id),
        "enrolments_in_all": enrollments.count({"user": user_id}),
        "orders": orders.find({"user": user_id}, sort=[("createdAt", -1)], limit=NEWEST),
        "orders_in_all": orders.count({"user": user_id}),
        "sessions": sessions.of_user(user_id),
        "staff_sessions": staff_sessions.of_user(user_id),
        "deliveries": otps.of_address(user["email"], NEWEST),
        "merged": merged,
        "decisions": _decisions([user_id, *(each["_id"] for each in merged)]),
    }


def _decisions(user_ids: list[ObjectId]) -> list[AuditEntry]:
    """What was decided on somebody, also on accounts that were merged into theirs, the newest first."""
    found = [row for each in user_ids for row in audit_log.history(users.name, each, NEWEST)]
    return sorted(found, key=lambda row: row["at"], reverse=True)[:NEWEST]


def _enrolments(user_id: ObjectId) -> list[dict[str, Any]]:
    newest: list[dict[str, Any]] = [{"$sort": {"enrolledAt": -1}}, {"$limit": NEWEST}]
    return enrollments.aggregate({"user": user_id}, [*newest, *lookup(courses.name, "course", "of", {"title": 1})])
