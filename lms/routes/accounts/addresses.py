"""/auth/changeemail: another e-mail address, and the way back to the old one."""

from typing import Any

from lms.controllers.accounts import addresses
from lms.errors import Busy, EmailTaken, InvalidOtp, InvalidToken, OtpTooSoon, SameEmail, WrongPassword
from lms.http.api import Api
from lms.middlewares.auth import anyone, settled
from lms.middlewares.limits import Setting, per_address, per_caller
from lms.models.accounts.sessions import Caller, Client
from lms.results import Result
from lms.routes.accounts.otps import CODE_LIMITS, GUESS_LIMITS
from lms.schemas.accounts.addresses import ChangeEmailIn, ConfirmEmailIn, TakeBackIn
from lms.schemas.accounts.auth import DeviceOut
from lms.schemas.accounts.otps import CodeSentOut

api = Api("addresses", "/auth", tag="auth")


@api.post(
    "/changeemail",
    allow=settled,
    returns=CodeSentOut,
    message="If this address can be yours, a code is on its way to it.",
    refusals=(SameEmail, WrongPassword, InvalidOtp, OtpTooSoon, Busy),
    limits=(*CODE_LIMITS, per_caller("10 per 15 minutes", "changeemail"), per_caller("20 per day", "changeemail")),
)
def request(caller: Caller, body: ChangeEmailIn, client: Client) -> Any:
    """Mail a code to a new address, given a password or a mailed code; whether it is taken, only a mail says."""
    return addresses.request(caller, body, client)


@api.post(
    "/changeemail/confirm",
    allow=settled,
    message="Your e-mail address is changed. Other devices are signed out.",
    top_level=DeviceOut,
    refusals=(InvalidOtp, EmailTaken),
    limits=(*GUESS_LIMITS, per_caller("20 per 15 minutes", "confirmemail")),
)
def confirm(caller: Caller, body: ConfirmEmailIn, client: Client) -> Result:
    """Hand in the code: the account has the new address, and the old one is told how to take it back."""
    return addresses.confirm(caller, body, client)


@api.post(
    "/changeemail/undo",
    allow=anyone,
    message="The account has its old e-mail address again. We have mailed you how to choose a new password.",
    refusals=(InvalidToken, EmailTaken),
    limits=(per_address(Setting("guesses_per_address"), "links"),),
)
def undo(body: TakeBackIn, client: Client) -> None:
    """Take an account back with the link that the old address was mailed; every sign-in ends."""
    addresses.undo(body.token, client)
