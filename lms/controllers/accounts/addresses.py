"""Changing the e-mail address of an account, and taking the account back with the old one."""

import contextlib

from bson import ObjectId
from pymongo.errors import DuplicateKeyError
from redis.exceptions import RedisError

from lms.controllers.accounts import otps as codes
from lms.controllers.accounts import proofs
from lms.controllers.accounts import users as user_controller
from lms.errors import EmailTaken, InvalidOtp, InvalidToken, SameEmail, TokenRefused
from lms.jobs.accounts import users as jobs
from lms.models.accounts import addresses
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Caller, Client, sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import User, staff_role, users
from lms.models.actors import Actor, acting_as
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.accounts.addresses import ChangeEmailIn, ConfirmEmailIn
from lms.services.accounts import code_store, tokens


def request(caller: Caller, form: ChangeEmailIn, client: Client) -> dict[str, int]:
    """Have a code sent to the new address; the answer is the same whether or not anyone has it."""
    if form.email == _user(caller)["email"]:
        raise SameEmail
    code_store.require_available()
    proofs.require(caller, form.password, form.otp, client)
    codes.queue(form.email, "change", "email", caller.id)
    return codes.SENT


def _user(caller: Caller) -> User:
    user = users.by_id(caller.id)
    if user is None:
        raise TokenRefused
    return user


def confirm(caller: Caller, form: ConfirmEmailIn, client: Client) -> Result:
    """Give the account the address that the code was sent to; every other sign-in ends."""
    user = _user(caller)
    request_id = codes.redeem("change", str(user["_id"]), form.otp, client)
    asked = otps.get({"_id": ObjectId(request_id), "user": user["_id"], "email": form.email}) if request_id else None
    if asked is None:
        raise InvalidOtp
    _change(user, form.email, caller.session_id, client)
    _drop_codes(user["email"], str(user["_id"]))
    return Result(device=tokens.device(form.email))


@transactional
def _change(user: User, email: str, keep: ObjectId, client: Client) -> None:
    _make_room(email)
    try:
        changed = addresses.move(user, email)
    except DuplicateKeyError:
        raise EmailTaken from None
    if not changed:
        raise InvalidOtp
    otps.mark_used(email, "change")
    sessions.end_all(user["_id"], but=keep)
    staff_sessions.end_all(user["_id"])
    jobs.tell_email_changed.promise(_record("user.change_email", user, email, client))


def _make_room(email: str) -> None:
    """Drop a sign-up that waits for this mailbox to be proven: it has been, for another account."""
    waiting = users.get({"email": email, "emailVerifiedAt": None}, {"_id": 1})
    if waiting is not None and users.delete({"_id": waiting["_id"], "emailVerifiedAt": None}):
        profiles.delete({"user": waiting["_id"]})


def _record(action: str, user: User, email: str, client: Client) -> ObjectId:
    actor = Actor(user["_id"], users.label(user), staff_role(user) or "user", client.address, client.device)
    with acting_as(actor):
        return audit_log.record(action, users.subject(user), {"email": user["email"]}, {"email": email})


def undo(token: str, client: Client) -> None:
    """Give an account back to the address that it had; every sign-in ends, and a password has to be chosen anew."""
    claims = tokens.read_take_back(token, _former)
    user = users.by_id(claims[0]) if claims else None
    if claims is None or user is None:
        raise InvalidToken
    _undo(user, claims[1], client)
    _drop_codes(user["email"], str(user["_id"]))


def _former(user_id: ObjectId) -> list[str]:
    user = users.by_id(user_id)
    return [each["email"] for each in addresses.still(user)] if user else []


@transactional
def _undo(user: User, email: str, client: Client) -> None:
    former = next((each for each in addresses.still(user) if each["email"] == email), None)
    if former is None:
        raise InvalidToken
    _make_room(email)
    try:
        changed = addresses.take_back(user, former)
    except DuplicateKeyError:
        raise EmailTaken from None
    if not changed:
        raise InvalidToken
    user_controller.end_sign_ins(user["_id"])
    _record("user.take_back_email", user, email, client)
    codes.queue(email, "reset", "email")


def _drop_codes(*named: str) -> None:
    """End what was mailed before; without Redis there are no codes that anyone could use."""
    with contextlib.suppress(RedisError):
        code_store.drop(*named)
