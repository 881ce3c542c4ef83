"""The second step of an administrator who signed in over the API; until then they may do what anybody may."""

from lms.controllers.accounts import otps as codes
from lms.controllers.accounts import own_password
from lms.controllers.accounts import sessions as sign_ins
from lms.controllers.accounts.access import staff_actor
from lms.controllers.accounts.staff_sign_in import MOST_WRONG_CODES, USED_OR_WRONG, step_of, tell_of_wrong_codes
from lms.errors import InvalidOtp, InvalidRequest, NoSecondStep, TokenRefused, WrongPassword
from lms.models.accounts.sessions import Caller, Client, Session, sessions
from lms.models.accounts.users import User, has_authenticator, users
from lms.models.actors import acting_as
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.accounts.auth import SecondStepIn
from lms.services.accounts import code_store

TAKEN = "You may do what administrators may."


def mail_code(user: User) -> None:
    """Promise the code of the second step; it is mailed when Redis can keep it."""
    codes.queue(user["email"], "admin", "email")


def send(caller: Caller) -> dict[str, int]:
    """Mail another code to who waits for one."""
    session, user = _awaited(caller)
    if sign_ins.second_step_of(session, user) != "code":
        raise NoSecondStep
    code_store.require_available()
    mail_code(user)
    return codes.SENT


def take(caller: Caller, form: SecondStepIn, client: Client) -> Result:
    """Open the administrator's rights of this sign-in; five wrong steps end it."""
    session, user = _awaited(caller)
    by_password = sign_ins.second_step_of(session, user) == "password"
    given, field = (form.password, "password") if by_password else (form.otp, "otp")
    if given is None:
        raise InvalidRequest(errors={field: "This sign-in takes this as its second step."})
    step = _password_step(user, given) if by_password else step_of(user, given, client)
    if step is None:
        _count_wrong(session, user, client)
        raise WrongPassword if by_password else InvalidOtp(USED_OR_WRONG if has_authenticator(user) else None)
    _open(session, user, step, client)
    opened = sessions.get({"_id": session["_id"]})
    if opened is None:
        raise TokenRefused
    return sign_ins.signed_in(opened, user, TAKEN)


def _awaited(caller: Caller) -> tuple[Session, User]:
    session, user = sessions.get({"_id": caller.session_id}), users.by_id(caller.id)
    if session is None or user is None:
        raise TokenRefused
    if caller.role != "second_step" or "awaits" not in session:
        raise NoSecondStep
    return session, user


def _password_step(user: User, password: str) -> int | None:
    return 0 if own_password.is_right(user, password) else None


def _count_wrong(session: Session, user: User, client: Client) -> None:
    if sessions.count_wrong(session["_id"]) >= MOST_WRONG_CODES:
        _give_up(session, user, client)


@transactional
def _give_up(session: Session, user: User, client: Client) -> None:
    """End a sign-in that is more likely somebody else's, and tell the owner."""
    sessions.end(session["_id"], user["_id"])
    tell_of_wrong_codes(user, client)


@transactional
def _open(session: Session, user: User, step: int, client: Client) -> None:
    if step and not users.use_totp_step(user["_id"], step):
        raise InvalidOtp(USED_OR_WRONG)
    if not sessions.take_second_step(session["_id"]):
        raise TokenRefused
    with acting_as(staff_actor(user, client)):
        audit_log.record("api.second_step", users.subject(user))
