"""Signing up and signing in."""

from typing import Any

from pymongo.errors import DuplicateKeyError

from lms.controllers.accounts import otps as codes
from lms.controllers.accounts import own_password, second_step, sessions
from lms.errors import EmailTaken, EmailUnverified, InvalidCredentials, InvalidOtp
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Client
from lms.models.accounts.users import SIGNUP_LIFETIME, User, users
from lms.models.base import now
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.accounts.auth import LoginIn, SignupIn
from lms.services.accounts import code_store, passwords


def sign_up(form: SignupIn, client: Client, approval: bool = False) -> Result:
    """Create an account at once with a right code, or one that waits for its code.

    With `approval`, who wants to teach is an applicant first.
    """
    fields: dict[str, Any] = {
        "firstName": form.first_name,
        "lastName": form.last_name,
        "role": form.role,
        "passwordHash": passwords.hash_of(form.password),
    }
    if approval and form.role == "instructor":
        fields["appliedAt"] = now()
    if form.otp is None:
        return _sign_up_unproven(form, fields)
    if codes.redeem("signup", form.email, form.otp, client) is None:
        raise InvalidOtp
    user = sessions.account(_create_proven(form, fields))
    return Result({"user": user}, status=201, message="Your account is ready.", top_level={"user": user})


def _sign_up_unproven(form: SignupIn, fields: dict[str, Any]) -> Result:
    code_store.require_available()
    waiting = users.by_email(form.email)
    stored = waiting.get("passwordHash") if waiting else None
    _await_proof(form, fields, stored if passwords.matches(form.password, stored) else None)
    return Result(codes.SENT, status=202, message="We have sent a code to your e-mail address.")


@transactional
def _await_proof(form: SignupIn, fields: dict[str, Any], known_hash: str | None) -> None:
    """Keep the account until its code comes; a taken address is told so by mail only."""
    existing = users.by_email(form.email)
    own_code = codes.queue(form.email, "signup", "email")
    if existing is None or existing["emailVerifiedAt"] is None:
        user = users.put_pending(form.email, {**fields, "signUpCode": own_code}, known_hash)
        details = {"contactNumber": form.contact_number, "pendingUntil": now() + SIGNUP_LIFETIME}
        profiles.set(user["_id"], details)


@transactional
def _create_proven(form: SignupIn, fields: dict[str, Any]) -> User:
    try:
        waiting = users.put_pending(form.email, fields, None)
    except DuplicateKeyError:
        raise EmailTaken from None
    users.settle_password(waiting["_id"])
    profiles.set(waiting["_id"], {"contactNumber": form.contact_number})
    return codes.prove_email(waiting["_id"])


def log_in(form: LoginIn, client: Client) -> Result:
    user = users.by_email(form.email)
    right = own_password.is_right(user, form.password)
    if user is None or not right:
        raise InvalidCredentials
    if user["emailVerifiedAt"] is None:
        raise EmailUnverified
    opened = sessions.open_for(user, client, by="password")
    if opened.top_level.get("secondStep") == "code":
        second_step.mail_code(user)
    return opened
