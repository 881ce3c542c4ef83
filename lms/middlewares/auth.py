"""From a bearer token to the caller, and what an endpoint can state about who may call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, request

from lms.controllers.accounts import access
from lms.errors import CourseNotFound, Forbidden, NotEnrolled, NotSignedIn, Refusal, TokenRefused, UserNotFound
from lms.middlewares.requests import CALLER_KEY
from lms.models.accounts.sessions import Caller, sessions
from lms.models.accounts.users import Role
from lms.services.accounts import tokens
from lms.services.accounts.tokens import RefreshClaims

Check = Callable[[Caller, Mapping[str, Any]], None]


@dataclass(frozen=True)
class Permission:
    """Who may call: `roles` (empty for any) and `check`, which sees the parsed arguments and raises a refusal."""

    name: str
    signed_in: bool = True
    roles: tuple[Role, ...] = ()
    check: Check | None = None
    refusals: tuple[type[Refusal], ...] = ()
    """What `check` raises."""

    def admit(self) -> Caller | None:
        """The caller, where the endpoint needs one; raises NotSignedIn, TokenRefused or Forbidden."""
        if not self.signed_in:
            return None
        caller = signed_in_caller()
        if self.roles and caller.role not in self.roles:
            raise Forbidden
        return caller


def refresh_claims() -> RefreshClaims:
    """What the refresh token that was sent as bearer says."""
    claims = tokens.read_refresh(_bearer())
    if claims is None:
        raise TokenRefused
    return claims


def _bearer() -> str:
    """The token of `Authorization: Bearer <token>` (RFC 6750, section 2.1)."""
    header = request.headers.get("Authorization")
    if not header:
        raise NotSignedIn
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise TokenRefused
    return token.strip()


def signed_in_caller() -> Caller:
    claims = tokens.read_access(_bearer())
    session = sessions.holding(claims.session_id) if claims else None
    if claims is None or session is None or session["user"] != claims.user_id:
        raise TokenRefused
    caller = Caller(session["user"], session["role"], session["_id"])
    g.caller = caller
    request.environ[CALLER_KEY] = str(caller.id)
    return caller


def optional_caller() -> Caller | None:
    """The caller of an endpoint that is open to anyone; a token that is sent must be good."""
    return signed_in_caller() if request.headers.get("Authorization") else None


def _is_self(caller: Caller, arguments: Mapping[str, Any]) -> None:
    if caller.role != "admin" and arguments["user_id"] != caller.id:
        raise UserNotFound


def _attends(caller: Caller, arguments: Mapping[str, Any]) -> None:
    course_id = arguments["course_id"] if "course_id" in arguments else arguments["body"].course_id
    access.require_enrollment(caller, course_id)


def _attends_or_owns(caller: Caller, arguments: Mapping[str, Any]) -> None:
    access.require_enrollment_or_ownership(caller, arguments["course_id"])


anyone = Permission("anyone", signed_in=False)
refresh_token = Permission("a refresh token", signed_in=False)
user = Permission("user")
student = Permission("student", roles=("student",))
instructor = Permission("instructor", roles=("instructor",))
admin = Permission("admin", roles=("admin",))
owner = Permission("owner", roles=("instructor", "admin"))
myself = Permission("self", check=_is_self, refusals=(UserNotFound,))
enrolled = Permission("enrolled", check=_attends, refusals=(NotEnrolled, CourseNotFound))
enrolled_or_owner = Permission("enrolled, owner", check=_attends_or_owns, refusals=(NotEnrolled, CourseNotFound))
watcher = Permission("enrolled, owner; anyone for a preview", signed_in=False)
token_holder = Permission("who was given the address", signed_in=False)
gateway = Permission("Razorpay, by its signature", signed_in=False)
