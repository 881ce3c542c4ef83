"""Staff setting up an authenticator as their second step, and taking it away."""

from typing import Any

from lms.controllers.accounts import own_password
from lms.controllers.accounts.staff_sign_in import USED_OR_WRONG
from lms.errors import AuthenticatorPresent, ChangedMeanwhile, InvalidOtp, WrongPassword
from lms.jobs.accounts import users as jobs
from lms.models.accounts.users import Totp, User, has_authenticator, users
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.services.accounts import authenticator


def begin(user: User, password: str) -> None:
    """Offer a secret to put into an app; the same until a code of the app has confirmed it."""
    if not own_password.is_right(user, password):
        raise WrongPassword
    if has_authenticator(user):
        raise AuthenticatorPresent
    users.offer_totp(user["_id"], authenticator.new_secret())


def offered(user: User, issuer: str) -> dict[str, Any] | None:
    """What an app needs, as `{secret, address, picture}`, where one has been offered and not confirmed yet."""
    totp = user.get("totp")
    if totp is None or totp["confirmedAt"] is not None:
        return None
    address = authenticator.address(totp["secret"], user["email"], issuer)
    return {"secret": totp["secret"], "address": address, "picture": authenticator.picture(address)}


@transactional
def confirm(user: User, code: str) -> None:
    """Make the authenticator the second step; raises InvalidOtp when the app shows another code."""
    if has_authenticator(user):
        raise AuthenticatorPresent
    step = _step(user.get("totp"), code)
    if not users.confirm_totp(user["_id"], user["totp"]["secret"], step):
        raise ChangedMeanwhile
    audit_log.record("staff.authenticator_on", users.subject(user))
    jobs.authenticator_on.promise(user["_id"])


@transactional
def remove_authenticator(user: User, code: str) -> None:
    """Go back to mailed codes; it takes a code of the authenticator."""
    _step(user.get("totp"), code)
    users.update({"_id": user["_id"]}, {"$unset": {"totp": ""}})
    audit_log.record("staff.authenticator_off", users.subject(user))
    jobs.authenticator_off.promise(user["_id"])


def _step(totp: Totp | None, code: str) -> int:
    step = authenticator.step_of(totp["secret"], code, totp["lastStep"]) if totp else None
    if step is None:
        raise InvalidOtp(USED_OR_WRONG)
    return step
