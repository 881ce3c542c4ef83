"""Changing a password, and getting back in without one."""

import contextlib

from bson import ObjectId
from redis.exceptions import RedisError

from lms.controllers.accounts import otps as codes
from lms.errors import InvalidToken, SamePassword, TokenRefused, WrongPassword
from lms.jobs.accounts import users as jobs
from lms.models.accounts.blacklisted_tokens import blacklisted_tokens
from lms.models.accounts.sessions import Caller, Client, sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, users
from lms.models.base import now
from lms.models.system.limit_windows import limit_windows
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.accounts.passwords import ChangePasswordIn, ResetPasswordIn
from lms.services.accounts import code_store, passwords, tokens


def change(caller: Caller, form: ChangePasswordIn) -> None:
    """Replace the caller's password and end every other session."""
    user = users.by_id(caller.id)
    if user is None:
        raise TokenRefused
    if not passwords.matches(form.old_password, user.get("passwordHash")):
        raise WrongPassword
    if form.new_password == passwords.normalized(form.old_password):
        raise SamePassword
    if not _set(user, passwords.hash_of(form.new_password), keep=caller.session_id):
        raise WrongPassword
    _drop_codes(user)


def request_reset(email: str) -> dict[str, int]:
    return codes.request(email, "reset")


def reset(form: ResetPasswordIn, client: Client) -> Result:
    """Replace a password by the mailed link or code, which proves the mailbox too; every session ends.

    What strangers tried with the old password no longer counts against its owner.
    """
    with passwords.place():
        user = _by_link(form.token) if form.token is not None else _by_code(form, client)
        if user is None or not _set(user, passwords.hash_of(form.password), keep=None):
            raise InvalidToken
    _drop_codes(user)
    limit_windows.forget(user["email"], "login ")
    return Result(device=tokens.device(user["email"]))


def _drop_codes(user: User) -> None:
    """End the codes mailed before the change; without Redis there are none that anyone could use."""
    with contextlib.suppress(RedisError):
        code_store.drop(user["email"], str(user["_id"]))


def _by_link(token: str) -> User | None:
    """The user of a link that is good, unused, and older than no change of the credentials."""
    claims = tokens.read_reset(token)
    user = users.by_id(claims.user_id) if claims else None
    if claims is None or user is None or user["credentialsChangedAt"] != claims.credentials_changed_at:
        return None
    used_first = blacklisted_tokens.spend(claims.id, user["_id"], "reset", now() + tokens.INVITATION_LIFETIME)
    return user if used_first else None


def _by_code(form: ResetPasswordIn, client: Client) -> User | None:
    email, otp = form.email or "", form.otp or ""
    user = users.by_email(email)
    return user if user and codes.redeem("reset", email, otp, client) is not None else None


@transactional
def _set(user: User, password_hash: str, keep: ObjectId | None) -> bool:
    """Set the password unless the credentials changed meanwhile."""
    if user["emailVerifiedAt"] is None:
        codes.prove_email(user["_id"], disowned=True)
    if not users.set_password(user["_id"], password_hash, credentialsChangedAt=user["credentialsChangedAt"]):
        return False
    sessions.end_all(user["_id"], but=keep)
    staff_sessions.end_all(user["_id"])
    jobs.password_changed.promise(user["_id"])
    return True
