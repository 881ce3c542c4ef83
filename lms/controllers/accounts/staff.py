"""Who works here: appointing people to the staff, and letting them go."""

from typing import Any, Literal

from lms.controllers.accounts import users as user_controller
from lms.errors import UserNotFound
from lms.models.accounts.users import NAME, StaffRole, User, users
from lms.models.system.audit_log import audit_log

SHOWN: list[dict[str, Any]] = [
    {
        "$lookup": {
            "from": audit_log.name,
            "let": {"user": {"$toString": "$_id"}},
            "pipeline": [
                {"$match": {"collection": users.name, "action": "staff.sign_in"}},
                {"$match": {"$expr": {"$eq": ["$subject", "$$user"]}}},
                {"$sort": {"at": -1}},
                {"$limit": 1},
            ],
            "as": "entered",
        }
    },
    {
        "$set": {
            "name": NAME,
            "staffRole": {"$cond": [{"$eq": ["$role", "admin"]}, "admin", "$staffRole"]},
            "authenticator": {"$gt": ["$totp.confirmedAt", None]},
            "enteredAt": {"$first": "$entered.at"},
        }
    },
]
"""Stages from members of staff to what their list shows of them."""


def appoint(email: str, staff: StaffRole, reason: str | None = None) -> None:
    """Give whoever has the address this role at `/admin`; an administrator who gets a smaller one becomes a student."""
    user = _by_email(email)
    if staff == "admin":
        user_controller.change_role(user["_id"], "admin", None, reason)
    else:
        user_controller.change_role(user["_id"], _own_role(user), staff, reason)


def dismiss(email: str, reason: str | None = None) -> None:
    """Take from whoever has the address what they may do at `/admin`."""
    user = _by_email(email)
    user_controller.change_role(user["_id"], _own_role(user), None, reason)


def _own_role(user: User) -> Literal["student", "instructor"]:
    """What somebody is beside being staff."""
    return "student" if user["role"] == "admin" else user["role"]


def _by_email(email: str) -> User:
    user = users.by_email(email)
    if user is None:
        raise UserNotFound("Nobody has an account with this address.")
    return user
