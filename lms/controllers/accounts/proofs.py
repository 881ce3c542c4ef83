"""That whoever is signed in is the owner of the account, before what cannot be undone."""

from lms.controllers.accounts import otps as codes
from lms.controllers.accounts import own_password
from lms.errors import InvalidOtp, WrongPassword
from lms.models.accounts.sessions import Caller, Client
from lms.models.accounts.users import users


def require(caller: Caller, password: str | None, otp: str | None, client: Client) -> None:
    """The caller's own password, or a code that was mailed to sign in with, for there are accounts without a password.

    Raises WrongPassword or InvalidOtp.
    """
    user = users.by_id(caller.id)
    if password is not None:
        if not own_password.is_right(user, password):
            raise WrongPassword
    elif user is None or codes.redeem("login", user["email"], otp or "", client) is None:
        raise InvalidOtp
