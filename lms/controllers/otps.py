"""Asking for one-time codes and handing them in."""

from bson import ObjectId

from lms.answers import Answer
from lms.controllers import sessions
from lms.errors import ChannelUnavailable, InvalidOtp
from lms.jobs import otps as jobs
from lms.jobs import outbox
from lms.jobs import users as user_jobs
from lms.models.base import transactional
from lms.models.otps import Channel, Purpose, otps
from lms.models.profiles import profiles
from lms.models.sessions import Client
from lms.models.users import User, users
from lms.services import code_store

RESEND_SECONDS = 30
SENT = {"expiresIn": code_store.LIFETIME_SECONDS, "resendIn": RESEND_SECONDS}

PROVEN = "Your e-mail address is confirmed and you are signed in."
CONTESTED = (
    "You are signed in. More than one password was given for this address before it was confirmed, "
    "so none was kept: choose one with “Forgot password”."
)


def request(email: str, purpose: Purpose, channel: Channel = "email") -> dict[str, int]:
    """Have a code sent; the answer is the same whether or not anyone has the address."""
    if channel != "email":
        raise ChannelUnavailable
    code_store.require_available()
    queue(email, purpose, channel)
    return SENT


@transactional
def queue(email: str, purpose: Purpose, channel: Channel) -> None:
    outbox.promise(jobs.deliver, otps.request(email, purpose, channel))


def verify(email: str, otp: str, purpose: Purpose, client: Client) -> Answer:
    """Sign in whoever holds the code; the first code of an account proves its mailbox too."""
    user = users.by_email(email)
    if user is None or not code_store.use(purpose, email, otp):
        raise InvalidOtp
    otps.mark_used(email, purpose)
    if user["emailVerifiedAt"] is not None:
        return sessions.open_for(user, client)
    message = CONTESTED if user.get("passwordContested") else PROVEN
    return sessions.open_for(prove_email(user["_id"]), client, message)


@transactional
def prove_email(user_id: ObjectId) -> User:
    """Make an account whose mailbox has been proven a full one."""
    user = users.prove_email(user_id)
    if user is None:
        raise InvalidOtp
    profiles.keep(user_id)
    outbox.promise(user_jobs.welcome, user_id)
    return user
