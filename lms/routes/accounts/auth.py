"""/auth: signing up, signing in, staying signed in, signing out."""

from lms.controllers.accounts import auth, sessions
from lms.errors import (
    AccountSuspended,
    Busy,
    EmailTaken,
    EmailUnverified,
    InvalidCredentials,
    InvalidOtp,
    OtpTooSoon,
)
from lms.extensions import current_settings
from lms.http.api import Api
from lms.middlewares.auth import anyone, refresh_token, user
from lms.middlewares.limits import Setting, per_account, per_account_and_address, per_address
from lms.models.accounts.sessions import Caller, Client
from lms.results import Result
from lms.routes.accounts.otps import CODE_LIMITS, GUESS_LIMITS
from lms.schemas.accounts.auth import LoginIn, LogoutIn, SignedInOut, SignupIn, TokensOut
from lms.services.accounts.tokens import RefreshClaims

api = Api("auth", "/auth")


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


@api.post("/refresh", allow=refresh_token, top_level=TokensOut, message="Your sign-in goes on.")
def refresh(claims: RefreshClaims, client: Client) -> Result:
    """Swap a refresh token for a new pair; one used twice ends every token that came from it.

    For 30 seconds the same client gets the same new refresh token again, so that two tabs may ask at once.
    """
    return sessions.refresh(claims, client)


@api.post("/logout", allow=user, message="You are signed out.")
def log_out(caller: Caller, body: LogoutIn) -> None:
    """End this sign-in, and that of the refresh token if one is sent."""
    sessions.end_own(caller, body.refresh_token)
