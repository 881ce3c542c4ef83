"""/auth: one-time codes."""

from typing import Any

from lms.controllers.accounts import otps
from lms.errors import AccountSuspended, ChannelUnavailable, InvalidCredentials, InvalidOtp, OtpTooSoon
from lms.http.api import Api
from lms.middlewares.auth import anyone
from lms.middlewares.limits import Setting, per_account, per_account_and_address, per_address
from lms.models.accounts.sessions import Client
from lms.results import Result
from lms.schemas.accounts.auth import SignedInOut
from lms.schemas.accounts.otps import CodeSentOut, EmailIn, LoginCodeIn, SendOtpIn, VerifyOtpIn

api = Api("codes", "/auth", tag="auth")

SENT = "If this address can get a code, it is on its way."

CODE_LIMITS = (
    per_account_and_address(f"1 per {otps.RESEND_SECONDS} seconds", "resend", OtpTooSoon),
    per_account_and_address("3 per 15 minutes", "codes"),
    per_account_and_address("10 per day", "codes"),
    per_account(Setting("codes_per_account"), "codes"),
    per_address(Setting("codes_per_address"), "codes"),
)
GUESS_LIMITS = (
    per_account_and_address("20 per 15 minutes", "guesses"),
    per_account_and_address("40 per day", "guesses"),
    per_account(Setting("guesses_per_account"), "guesses"),
    per_address(Setting("guesses_per_address"), "guesses"),
)


@api.post(
    "/sendotp",
    allow=anyone,
    returns=CodeSentOut,
    message=SENT,
    limits=CODE_LIMITS,
    refusals=(OtpTooSoon, ChannelUnavailable),
)
def send(body: SendOtpIn) -> Any:
    """Mail a six-digit code; the answer does not say whether anyone has the address."""
    return otps.request(body.email, body.purpose, body.channel)


@api.post("/loginUser", allow=anyone, returns=CodeSentOut, message=SENT, limits=CODE_LIMITS, refusals=(OtpTooSoon,))
def send_login_code(body: EmailIn) -> Any:
    """Mail a code to sign in with."""
    return otps.request(body.email, "login")


@api.post(
    "/verifyotp",
    allow=anyone,
    top_level=SignedInOut,
    refusals=(InvalidOtp, AccountSuspended, InvalidCredentials),
    limits=GUESS_LIMITS,
)
def verify(body: VerifyOtpIn, client: Client) -> Result:
    """Hand in a code: confirms the address of a new account, and signs in."""
    return otps.verify(body.email, body.otp, body.purpose, client)


@api.post(
    "/verify-otp",
    allow=anyone,
    top_level=SignedInOut,
    refusals=(InvalidOtp, AccountSuspended, InvalidCredentials),
    limits=GUESS_LIMITS,
)
def verify_login_code(body: LoginCodeIn, client: Client) -> Result:
    """Hand in a code to sign in with."""
    return otps.verify(body.email, body.otp, "login", client)
