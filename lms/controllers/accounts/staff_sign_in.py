"""Staff entering and leaving `/admin`: a password, then a mailed code or an authenticator's."""

from dataclasses import dataclass

from lms.controllers.accounts import otps as codes
from lms.controllers.accounts import own_password
from lms.controllers.accounts.access import staff_actor
from lms.errors import AccountSuspended, InvalidCredentials, InvalidOtp, NotSignedIn
from lms.jobs.accounts import users as jobs
from lms.models.accounts.otps import otps
from lms.models.accounts.sessions import Client
from lms.models.accounts.staff_sessions import Notice, StaffSession, staff_sessions
from lms.models.accounts.users import StaffRole, User, has_authenticator, staff_role, users
from lms.models.actors import acting_as
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.schemas.accounts.auth import LoginIn
from lms.services.accounts import authenticator, code_store

MOST_WRONG_CODES = 5
USED_OR_WRONG = "That code is wrong, or it was used already. Wait for the next one."


@dataclass(frozen=True)
class Staff:
    """Who is signed in at `/admin`, and what waits to be told them."""

    user: User
    role: StaffRole
    session_id: str
    notices: list[Notice]


def begin(form: LoginIn, client: Client) -> str:
    """Take the first step, and give the token for the second; a code is mailed to those without an authenticator."""
    user = users.by_email(form.email)
    right = own_password.is_right(user, form.password)
    if user is None or not right or staff_role(user) is None:
        raise InvalidCredentials
    if not _may_enter(user):
        raise AccountSuspended
    if not has_authenticator(user):
        code_store.require_available()
    return _begin(user, client)


@transactional
def _begin(user: User, client: Client) -> str:
    if not has_authenticator(user):
        codes.queue(user["email"], "admin", "email")
    return staff_sessions.begin(user["_id"], client.device, client.address)


def _may_enter(user: User) -> bool:
    return user["status"] == "active" and user["emailVerifiedAt"] is not None and "deletedAt" not in user


def awaited(token: str) -> User | None:
    """Whose second step the token waits for."""
    session = staff_sessions.waiting(token)
    return users.by_id(session["user"]) if session else None


def send_again(token: str) -> None:
    """Mail another code to somebody who waits for one."""
    user = awaited(token)
    if user is None or has_authenticator(user):
        raise NotSignedIn
    code_store.require_available()
    codes.queue(user["email"], "admin", "email")


def finish(token: str, code: str, client: Client) -> str:
    """Take the second step, and give the token of an open session; five wrong codes end the attempt."""
    session = staff_sessions.waiting(token)
    user = users.by_id(session["user"]) if session else None
    if session is None or user is None or not _may_enter(user) or staff_role(user) is None:
        raise NotSignedIn
    step = step_of(user, code, client)
    if step is None:
        _count_wrong(token, session, user, client)
        raise InvalidOtp(USED_OR_WRONG if has_authenticator(user) else None)
    return _open(session, user, step, client)


def step_of(user: User, code: str, client: Client) -> int | None:
    """The authenticator's time step of a right code, 0 for a right mailed one; none for a wrong one."""
    totp = user.get("totp")
    if totp is not None and totp["confirmedAt"] is not None:
        return authenticator.step_of(totp["secret"], code, totp["lastStep"])
    if codes.redeem("admin", user["email"], code, client) is None:
        return None
    otps.mark_used(user["email"], "admin")
    return 0


def _count_wrong(token: str, session: StaffSession, user: User, client: Client) -> None:
    if staff_sessions.count_wrong(token) >= MOST_WRONG_CODES:
        _give_up(session, user, client)


@transactional
def _give_up(session: StaffSession, user: User, client: Client) -> None:
    """End an attempt that is more likely somebody else's, and tell the owner that their password is known."""
    staff_sessions.end(session["_id"])
    tell_of_wrong_codes(user, client)


def tell_of_wrong_codes(user: User, client: Client) -> None:
    """Put on record that somebody knew a password and no code, and tell the owner; part of a transaction."""
    with acting_as(staff_actor(user, client)):
        audit_log.record("staff.wrong_codes", users.subject(user))
    jobs.wrong_staff_codes.promise(user["_id"])


@transactional
def _open(session: StaffSession, user: User, step: int, client: Client) -> str:
    if step and not users.use_totp_step(user["_id"], step):
        raise InvalidOtp(USED_OR_WRONG)
    if users.sign_in(user) is None:
        raise NotSignedIn
    with acting_as(staff_actor(user, client)):
        audit_log.record("staff.sign_in", users.subject(user))
    return staff_sessions.open(session)


def present(token: str) -> Staff | None:
    """Who holds the token, if they are staff still."""
    session = staff_sessions.use(token)
    if session is None:
        return None
    user = users.get({"_id": session["user"]})
    role = staff_role(user) if user else None
    if user is None or role is None or not _may_enter(user):
        staff_sessions.end(session["_id"])
        return None
    return Staff(user, role, session["_id"], session.get("notices", []))


def leave(staff: Staff) -> None:
    """End the sign-in."""
    staff_sessions.end(staff.session_id)
    audit_log.record("staff.sign_out", users.subject(staff.user))
