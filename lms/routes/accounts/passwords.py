"""/auth: passwords."""

from typing import Any

from lms.controllers.accounts import passwords
from lms.errors import Busy, InvalidToken, OtpTooSoon, SamePassword, WrongPassword
from lms.http.api import Api
from lms.middlewares.auth import anyone, user
from lms.middlewares.limits import per_address, per_caller
from lms.models.accounts.sessions import Caller
from lms.routes.accounts.otps import CODE_LIMITS, SENT
from lms.schemas.accounts.otps import CodeSentOut, EmailIn
from lms.schemas.accounts.passwords import ChangePasswordIn, ResetPasswordIn

api = Api("passwords", "/auth", tag="auth")


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
    limits=(per_address("60 per 15 minutes", "guesses"),),
)
def reset(body: ResetPasswordIn) -> None:
    """Choose a new password by the mailed link or code; every sign-in ends."""
    passwords.reset(body)
