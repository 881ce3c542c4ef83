"""Asking for one-time codes, minting and mailing them, and handing them in."""

from bson import ObjectId
from flask_mail import Message

from lms.controllers.accounts import sessions
from lms.errors import ChannelUnavailable, InvalidOtp
from lms.jobs.accounts import otps as jobs
from lms.jobs.accounts import users as user_jobs
from lms.mails.accounts import otps as mails
from lms.mails.accounts import users as user_mails
from lms.models.accounts.otps import Channel, Otp, Purpose, otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import Client
from lms.models.accounts.users import User, users
from lms.models.transactions import transactional
from lms.results import Result
from lms.services.accounts import code_store, tokens
from lms.services.system import mailer

RESEND_SECONDS = 30
SENT = {"expiresIn": code_store.LIFETIME_SECONDS, "resendIn": RESEND_SECONDS}

PROVEN = "Your e-mail address is confirmed and you are signed in."
DISOWNED = (
    "You are signed in. What was given for this address before it was confirmed may not be yours, so it was not kept: "
    "choose a password with “Forgot password”, and see to your name in your profile."
)


def request(email: str, purpose: Purpose, channel: Channel = "email") -> dict[str, int]:
    """Have a code sent; the answer is the same whether or not anyone has the address."""
    if channel != "email":
        raise ChannelUnavailable
    code_store.require_available()
    queue(email, purpose, channel)
    return SENT


@transactional
def queue(email: str, purpose: Purpose, channel: Channel, user_id: ObjectId | None = None) -> ObjectId:
    """Write down that a code is wanted, and promise its delivery; `user_id` is whose address is to change to this."""
    otp_id = otps.request(email, purpose, channel, user_id)
    jobs.deliver.promise(otp_id)
    return otp_id


def deliver(otp_id: ObjectId) -> None:
    """Answer a request for a code, unless a newer one has been made or nobody is to be written to."""
    otp = otps.begin_delivery(otp_id)
    if otp is None:
        return
    if otps.newer_exists(otp):
        otps.settle(otp["_id"], "superseded")
        return
    try:
        message = _message(otp, users.by_email(otp["email"]))
        if message is None:
            otps.settle(otp["_id"], "unneeded", "There is no account with this address.")
            return
        mailer.send(message)
    except Exception as error:
        otps.settle(otp["_id"], "failed", f"{type(error).__name__}: {error}"[:500])
        raise
    otps.settle(otp["_id"], "sent")


def _message(otp: Otp, user: User | None) -> Message | None:
    purpose, email = otp["purpose"], otp["email"]
    if purpose == "signup" and user is not None and user["emailVerifiedAt"]:
        return user_mails.account_exists(user)
    if purpose == "change":
        return _change_message(otp, user)
    if purpose != "signup" and user is None:
        return None
    code = code_store.mint(purpose, email, otp["_id"])
    if purpose == "reset" and user is not None:
        return mails.reset(user, code, tokens.reset(user))
    return mails.code(email, code, purpose)


def _change_message(otp: Otp, user: User | None) -> Message:
    """The code for an account that is to have this address, kept under the account's id; or that it is taken."""
    if user is not None and user["emailVerifiedAt"]:
        return user_mails.address_taken(user)
    code = code_store.mint("change", str(otp.get("user")), otp["_id"])
    return mails.code(otp["email"], code, "change")


def verify(email: str, otp: str, purpose: Purpose, client: Client) -> Result:
    """Sign in whoever holds the code; the first code of an account proves its mailbox too.

    What a sign-up brought counts only for the code that this sign-up had sent: whoever asked for another may be
    somebody whose address a stranger signed up with.
    """
    user = users.by_email(email)
    request = redeem(purpose, email, otp, client) if user else None
    if user is None or request is None:
        raise InvalidOtp
    otps.mark_used(email, purpose)
    if user["emailVerifiedAt"] is not None:
        return sessions.open_for(user, client)
    proven, disowned = _prove(user["_id"], request)
    return sessions.open_for(proven, client, DISOWNED if disowned else PROVEN)


def redeem(purpose: Purpose, email: str, code: str, client: Client) -> str | None:
    """The id of the request that a right code answered (it is gone then), an empty string for none, or none."""
    name = tokens.known_as(client, email)
    return code_store.redeem(purpose, email, code, name or client.network, known=name is not None)


@transactional
def _prove(user_id: ObjectId, request: str) -> tuple[User, bool]:
    """Prove the mailbox by the code of this request, and say whether the sign-up is disowned; it may be a newer one."""
    user = users.by_id(user_id)
    if user is None:
        raise InvalidOtp
    disowned = str(user.get("signUpCode")) != request or user.get("passwordContested", False)
    return prove_email(user_id, disowned), disowned


@transactional
def prove_email(user_id: ObjectId, disowned: bool = False) -> User:
    """Make an account whose mailbox has been proven a full one, without what its sign-up brought if it is disowned."""
    if disowned:
        users.disown_sign_up(user_id)
        profiles.set(user_id, {"contactNumber": None})
    user = users.prove_email(user_id)
    if user is None:
        raise InvalidOtp
    profiles.keep(user_id)
    user_jobs.welcome.promise(user_id)
    return user
