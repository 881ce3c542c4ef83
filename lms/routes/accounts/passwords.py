"""/auth: passwords."""

from typing import Any

from lms.controllers.accounts import passwords
from lms.errors import Busy, InvalidToken, OtpTooSoon, SamePassword, WrongPassword
from lms.http.api import Api
from lms.middlewares.auth import anyone, user
from lms.middlewares.limits import Setting, per_address, per_caller
from lms.models.accounts.sessions import Caller, Client
from lms.results import Result
from lms.routes.accounts.otps import CODE_LIMITS, GUESS_LIMITS, SENT
from lms.schemas.accounts.auth import DeviceOut
from lms.schemas.accounts.otps import CodeSentOut, EmailIn
from lms.schemas.accounts.passwords import ChangePasswordIn, ResetPasswordIn

api = Api("passwords", "/auth", tag="auth")


def _brings_link(body: ResetPasswordIn) -> bool:
    return body.token is not None


def _brings_code(body: ResetPasswordIn) -> bool:
    return body.token is None


@api.post(
    "/changepassword",
    allow=user,
    message="Your password is changed.",
    refusals=(WrongPassword, SamePassword, Busy),
    limits=(per_caller("10 per 15 minutes", "changepassword"),),
)
def change(caller: Caller, body: ChangePasswordIn) -> None:
    """Change the password; every other sign-in ends and a notice is mailed."""
    passwords.change(caller, body)


@api.post(
    "/resetpasswordtoken", allow=anyone, returns=CodeSentOut, message=SENT, limits=CODE_LIMITS, refusals=(OtpTooSoon,)
)
def request_reset(body: EmailIn) -> Any:
    """Mail a link (10 minutes, once) and a code to choose a new password with."""
    return passwords.request_reset(body.email)


@api.post(
    "/resetpassword",
    allow=anyone,
    message="Your password is changed. Sign in with it.",
    refusals=(InvalidToken, Busy),
    top_level=DeviceOut,
    limits=(
        per_address(Setting("guesses_per_address"), "links").unless(_brings_code),
        *(limit.unless(_brings_link) for limit in GUESS_LIMITS),
    ),
)
def reset(body: ResetPasswordIn, client: Client) -> Result:
    """Choose a new password by the mailed link or code; every sign-in ends.

    Whoever did may sign in at once, however many others have tried to.
    """
    return passwords.reset(body, client)
