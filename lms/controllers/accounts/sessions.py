"""Sign-ins: opening, renewing, listing and ending them."""

from datetime import timedelta
from typing import Any

from bson import ObjectId

from lms.controllers.accounts.access import staff_actor
from lms.controllers.authoring import authorship
from lms.errors import AccountSuspended, InvalidCredentials, SessionNotFound, TokenRefused
from lms.extensions import current_settings
from lms.models import actors
from lms.models.accounts.blacklisted_tokens import BlacklistedToken, Successor, blacklisted_tokens
from lms.models.accounts.picture_addresses import image_of
from lms.models.accounts.sessions import ABSOLUTE_LIFETIME, Caller, Client, Proof, Session, sessions
from lms.models.accounts.users import User, has_authenticator, name_of, staff_role, users
from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from lms.models.transactions import transactional
from lms.results import Result
from lms.schemas.accounts.auth import SecondStep
from lms.services.accounts import tokens
from lms.services.accounts.tokens import RefreshClaims


def open_for(user: User, client: Client, message: str = "You are signed in.", by: Proof = "code") -> Result:
    """Sign a proven user in; an account its owner deleted within the last thirty days comes back.

    An administrator may do no more than others until their second step: another proof than this one was `by`.
    """
    removed_by_staff = user.get("deletedBy", user["_id"]) != user["_id"]
    if user["status"] == "suspended" or removed_by_staff:
        raise AccountSuspended
    return signed_in(_open(user, client, by), user, message)


def signed_in(session: Session, user: User, message: str) -> Result:
    """What a frontend is told of who is signed in."""
    step = {"secondStep": second_step_of(session, user)} if "awaits" in session else {}
    told = account(user)
    return Result(
        {"user": told},
        message=message,
        top_level={**tokens.pair(session), "user": told, **step},
        device=tokens.device(user["email"]),
    )


def second_step_of(session: Session, user: User) -> SecondStep:
    """What the second step takes that the session awaits."""
    return "authenticator" if has_authenticator(user) else session["awaits"]


@transactional
def _open(user: User, client: Client, by: Proof) -> Session:
    """Open the session of an account that is still as it was when the password or code was compared."""
    if users.sign_in(user) is None:
        raise InvalidCredentials
    if "deletedAt" in user:
        authorship.put_back(user["_id"])
    other: Proof = "code" if by == "password" else "password"
    awaits = other if user["role"] == "admin" else None
    session = sessions.open(user["_id"], user["role"], client.device, client.address, awaits)
    _keep_on_record(user, client)
    return session


def _keep_on_record(user: User, client: Client) -> None:
    """Have the audit log tell that an administrator signed in, and that staff came back."""
    if staff_role(user) is None:
        return
    with actors.acting_as(staff_actor(user, client)):
        if "deletedAt" in user:
            deletion = {name: user.get(name) for name in ("deletedAt", "deletedBy")}
            audit_log.record("user.bring_back", users.subject(user), deletion, dict.fromkeys(deletion))
        if user["role"] == "admin":
            audit_log.record("api.sign_in", users.subject(user))


def account(user: User) -> dict[str, Any]:
    """What a frontend keeps of the person who signed in."""
    return {
        "id": user["_id"],
        "name": name_of(user),
        "firstName": user["firstName"],
        "lastName": user["lastName"],
        "email": user["email"],
        "role": user["role"],
        "image": image_of(user),
        "courses": enrollments.course_ids(user["_id"]),
    }


def refresh(claims: RefreshClaims, client: Client) -> Result:
    """Swap a refresh token for a new pair; one that was swapped before ends its whole family.

    Two tabs, a retry and React's double effect are no theft: for `REFRESH_LEEWAY_SECONDS` the client that swapped it
    gets the same successor again, unless that has been swapped already.
    """
    spent = _swap(claims, client)
    session = sessions.touch(claims.session_id) if spent else None
    if spent is None or session is None:
        sessions.end(claims.session_id, claims.user_id)
        raise TokenRefused
    return Result(top_level=tokens.pair(session, spent["successor"]["id"], spent["createdAt"]))


def _swap(claims: RefreshClaims, client: Client) -> BlacklistedToken | None:
    """How the token was used up, where its successor may be given to the client; the first of many at once decides."""
    successor: Successor = {"id": tokens.new_id(), "client": tokens.client_key(client)}
    spent = blacklisted_tokens.swap(claims.id, claims.user_id, successor, now() + ABSOLUTE_LIFETIME)
    was = spent.get("successor")
    if was is None or was["client"] != successor["client"]:
        return None
    if was["id"] == successor["id"]:
        return spent
    leeway = timedelta(seconds=current_settings().refresh_leeway_seconds)
    late = now() >= spent["createdAt"] + leeway
    return None if late or blacklisted_tokens.get({"_id": was["id"]}) else spent


def list_live(caller: Caller) -> list[dict[str, Any]]:
    return [
        {
            "id": session["_id"],
            "device": session["device"],
            "place": session["address"],
            "createdAt": session["createdAt"],
            "lastUsedAt": session["lastUsedAt"],
            "current": session["_id"] == caller.session_id,
        }
        for session in sessions.of_user(caller.id)
    ]


def end(caller: Caller, session_id: ObjectId) -> None:
    if not sessions.end(session_id, caller.id):
        raise SessionNotFound


def end_own(caller: Caller, refresh_token: str | None) -> None:
    """End the caller's session, and that of the refresh token when it is another of theirs."""
    sessions.end(caller.session_id, caller.id)
    claims = tokens.read_refresh(refresh_token) if refresh_token else None
    if claims is not None:
        sessions.end(claims.session_id, caller.id)
