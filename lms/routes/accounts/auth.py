"""/auth: signing up, signing in, staying signed in, signing out."""

from typing import Any

from lms.controllers.accounts import auth, otps, second_step, sessions
from lms.errors import (
    AccountSuspended,
    Busy,
    EmailTaken,
    EmailUnverified,
    InvalidCredentials,
    InvalidOtp,
    NoSecondStep,
    OtpTooSoon,
    WrongPassword,
)
from lms.extensions import current_settings
from lms.http.api import Api
from lms.middlewares.auth import anyone, refresh_token, user
from lms.middlewares.limits import Setting, per_account, per_account_and_address, per_address, per_caller
from lms.models.accounts.sessions import Caller, Client
from lms.results import Result
from lms.routes.accounts.otps import CODE_LIMITS, GUESS_LIMITS
from lms.schemas.accounts.auth import LoginIn, LogoutIn, SecondStepIn, SignedInOut, SignupIn, TokensOut
from lms.schemas.accounts.otps import CodeSentOut
from lms.services.accounts.tokens import RefreshClaims

api = Api("auth", "/auth")


SECOND_STEP_LIMITS = (per_caller("20 per hour", "second step"), per_caller("60 per day", "second step"))


def _brings_code(body: SignupIn) -> bool:
    return body.otp is not None


def _brings_no_code(body: SignupIn) -> bool:
    return body.otp is None


@api.post(
    "/signup",
    allow=anyone,
    status=201,
    refusals=(InvalidOtp, EmailTaken, OtpTooSoon, Busy),
    also_status=(202,),
    limits=(
        per_address(Setting("signups_per_address"), "signup"),
        *(limit.unless(_brings_code) for limit in CODE_LIMITS),
        *(limit.unless(_brings_no_code) for limit in GUESS_LIMITS),
    ),
)
def sign_up(body: SignupIn, client: Client) -> Result:
    """Create an account: at once with a right code, else waiting for the code that is mailed."""
    return auth.sign_up(body, client, approval=current_settings().instructor_approval == "on")


@api.post(
    "/login",
    allow=anyone,
    top_level=SignedInOut,
    refusals=(InvalidCredentials, EmailUnverified, AccountSuspended, Busy),
    limits=(
        per_account_and_address("10 per 15 minutes", "login"),
        per_account(Setting("logins_per_account"), "login"),
        per_address(Setting("logins_per_address"), "login"),
    ),
)
def log_in(body: LoginIn, client: Client) -> Result:
    """Sign in with a password."""
    return auth.log_in(body, client)


@api.post(
    "/secondstep",
    allow=user,
    top_level=SignedInOut,
    refusals=(NoSecondStep, InvalidOtp, WrongPassword, Busy),
    limits=SECOND_STEP_LIMITS,
)
def take_second_step(caller: Caller, body: SecondStepIn, client: Client) -> Result:
    """Take the second step of an administrator's sign-in: a mailed code, or one of their authenticator."""
    return second_step.take(caller, body, client)


@api.post(
    "/secondstep/send",
    allow=user,
    returns=CodeSentOut,
    message="Another code is on its way.",
    refusals=(NoSecondStep, OtpTooSoon),
    limits=(
        per_caller(f"1 per {otps.RESEND_SECONDS} seconds", "resend", OtpTooSoon),
        per_caller("10 per hour", "codes"),
    ),
)
def send_second_step(caller: Caller) -> Any:
    """Mail another code for the second step."""
    return second_step.send(caller)


@api.post("/refresh", allow=refresh_token, top_level=TokensOut, message="Your sign-in goes on.")
def refresh(claims: RefreshClaims, client: Client) -> Result:
    """Swap a refresh token for a new pair; one used twice ends every token that came from it.

    For 30 seconds the same client gets the same new refresh token again, so that two tabs may ask at once.
    """
    return sessions.refresh(claims, client)


@api.post("/logout", allow=user, body_required=False, message="You are signed out.")
def log_out(caller: Caller, body: LogoutIn) -> None:
    """End this sign-in, and that of the refresh token if one is sent."""
    sessions.end_own(caller, body.refresh_token)
