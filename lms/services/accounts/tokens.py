"""Access, refresh, reset and playback tokens."""

import calendar
import hashlib
import hmac
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from bson import ObjectId
from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token
from itsdangerous import BadData, TimestampSigner
from jwt.exceptions import PyJWTError

from lms.extensions import current_settings
from lms.models.accounts.sessions import IDLE_LIFETIME, Client, Session
from lms.models.accounts.users import User
from lms.models.base import now

RESET_LIFETIME = timedelta(minutes=10)
INVITATION_LIFETIME = timedelta(days=7)
DEVICE_LIFETIME = timedelta(days=365)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class AccessClaims:
    """Which session an access token belongs to, and whose that is."""

    session_id: ObjectId
    user_id: ObjectId


@dataclass(frozen=True)
class RefreshClaims:
    """Which refresh token this is, and whose session it renews."""

    id: str
    session_id: ObjectId
    user_id: ObjectId


@dataclass(frozen=True)
class ResetClaims:
    """Whose password a reset link changes, provided the credentials have not changed since it was made."""

    id: str
    user_id: ObjectId
    credentials_changed_at: datetime


@dataclass(frozen=True)
class PlaybackClaims:
    """Which lesson an address plays, until when, and in whose session; of nobody where anyone may watch."""

    subsection_id: ObjectId
    expires_at: datetime
    session_id: ObjectId | None
    playback_id: ObjectId | None


@dataclass(frozen=True)
class WatchingClaims:
    """Which lesson an address plays that lasts, for which sign-in, and what had the address: a page, by its id."""

    subsection_id: ObjectId
    session_id: ObjectId
    page: ObjectId


def new_id() -> str:
    """A name for a refresh token that is yet to be made."""
    return uuid.uuid4().hex


def pair(session: Session, refresh_id: str | None = None, moment: datetime | None = None) -> dict[str, str]:
    """An access token (15 minutes) and a refresh token (until the session's idle end).

    The same refresh token again for the same name and moment (UTC) of its making, as long as the session is the same.
    """
    made_at = moment or now()
    ends_at = min(session["expiresAt"], made_at + IDLE_LIFETIME)
    identity, claims = str(session["user"]), {"sid": str(session["_id"])}
    refresh = {**claims, "jti": refresh_id or new_id(), "iat": made_at, "nbf": made_at, "exp": ends_at}
    return {
        "token": create_access_token(identity, additional_claims=claims),
        "refreshToken": create_refresh_token(identity, additional_claims=refresh, expires_delta=False),
    }


def client_key(client: Client) -> str:
    """What stands for a client in the database: the same for the same browser in the same network, and not theirs."""
    told = f"{client.network} {client.device}".encode()
    return hmac.new(current_settings().jwt_secret.encode(), told, hashlib.sha256).hexdigest()


def read_access(token: str) -> AccessClaims | None:
    """What an access token says, or nothing when it is not a good one."""
    claims = _read(token, "access")
    return AccessClaims(ObjectId(claims["sid"]), ObjectId(claims["sub"])) if claims else None


def read_refresh(token: str) -> RefreshClaims | None:
    """What a refresh token says, or nothing when it is not a good one."""
    claims = _read(token, "refresh")
    return RefreshClaims(claims["jti"], ObjectId(claims["sid"]), ObjectId(claims["sub"])) if claims else None


def _read(token: str, kind: str) -> dict[str, Any] | None:
    try:
        claims = _verified(token)
    except (PyJWTError, ValueError):
        return None
    return claims if claims["type"] == kind and claims["exp"] > time.time() else None


@lru_cache(maxsize=4096)
def _verified(token: str) -> dict[str, Any]:
    """The claims of a token whose signature, issuer and audience are right; only its age can change afterwards."""
    config = current_app.config
    claims: dict[str, Any] = jwt.decode(
        token,
        config["JWT_SECRET_KEY"],
        algorithms=[config["JWT_ALGORITHM"]],
        audience=config["JWT_DECODE_AUDIENCE"],
        issuer=config["JWT_DECODE_ISSUER"],
        options={"require": ["exp", "nbf", "sub", "jti", "type", "sid"]},
    )
    return claims


def of_a_day(claims: AccessClaims) -> str:
    """What a client that never renews its token sends for a day instead of an access token."""
    return _signer("day").sign(f"{claims.session_id}-{claims.user_id}").decode()


def read_of_a_day(token: str) -> AccessClaims | None:
    try:
        session, user = _signer("day").unsign(token, max_age=int(DAY.total_seconds())).decode().split("-")
    except BadData:
        return None
    return AccessClaims(ObjectId(session), ObjectId(user))


def reset(user: User) -> str:
    """What a reset link carries: good for ten minutes, once, and only until the password changes."""
    return _signer("password-reset").sign(_to_reset(user)).decode()


def invitation(user: User) -> str:
    """The same for who has no password yet: good for a week."""
    return _signer("invitation").sign(_to_reset(user)).decode()


def _to_reset(user: User) -> str:
    since = calendar.timegm(user["credentialsChangedAt"].timetuple()) * 1000
    since += user["credentialsChangedAt"].microsecond // 1000
    return f"{uuid.uuid4().hex}-{user['_id']}-{since}"


def read_reset(token: str) -> ResetClaims | None:
    """What a reset link says, or an invitation."""
    return _read_reset(token, "password-reset", RESET_LIFETIME) or _read_reset(token, "invitation", INVITATION_LIFETIME)


def _read_reset(token: str, salt: str, lifetime: timedelta) -> ResetClaims | None:
    try:
        claims = _signer(salt).unsign(token, max_age=int(lifetime.total_seconds())).decode()
    except BadData:
        return None
    token_id, user_id, since = claims.split("-")
    return ResetClaims(token_id, ObjectId(user_id), EPOCH + timedelta(milliseconds=int(since)))


def take_back(user_id: ObjectId, email: str) -> str:
    """What the link to take an account back carries: whose it is, for which address, which cannot be read from it."""
    return _signer("take-back").sign(f"{user_id}-{_address_code(email)}").decode()


def read_take_back(token: str, emails: Callable[[ObjectId], Iterable[str]]) -> tuple[ObjectId, str] | None:
    """The account of a good token, and which of its `emails` the link was mailed to."""
    try:
        named, _, code = _signer("take-back").unsign(token).decode().partition("-")
    except BadData:
        return None
    user_id = ObjectId(named)
    found = (email for email in emails(user_id) if hmac.compare_digest(code, _address_code(email)))
    email = next(found, None)
    return (user_id, email) if email else None


def playback(claims: PlaybackClaims) -> str:
    """What the address of a video carries, whole seconds of time; nothing of it can be changed."""
    until = calendar.timegm(claims.expires_at.timetuple())
    ids = [str(each or "") for each in (claims.subsection_id, claims.session_id, claims.playback_id)]
    return _signer("playback").sign("-".join([*ids, str(until)])).decode()


def read_playback(token: str) -> PlaybackClaims | None:
    try:
        lesson, session, playback_id, until = _signer("playback").unsign(token).decode().split("-")
    except BadData:
        return None
    ids = [ObjectId(each) if each else None for each in (session, playback_id)]
    return PlaybackClaims(ObjectId(lesson), EPOCH + timedelta(seconds=int(until)), *ids)


def watching(claims: WatchingClaims) -> str:
    """What the address carries at which one sign-in plays a lesson, as long as it lasts and for a day at the most."""
    return _signer("watching").sign(f"{claims.subsection_id}-{claims.session_id}-{claims.page}").decode()


def read_watching(token: str) -> WatchingClaims | None:
    try:
        ids = _signer("watching").unsign(token, max_age=int(DAY.total_seconds())).decode().split("-")
    except BadData:
        return None
    return WatchingClaims(*map(ObjectId, ids))


def device(email: str) -> str:
    """What a browser that signed in to the account of this address is known by; the address cannot be read from it."""
    return _signer("device").sign(f"{secrets.token_hex(16)}-{_address_code(email)}").decode()


def known_as(client: Client, email: str) -> str | None:
    """The name by which the account of this address knows the browser; none for a stranger."""
    return next((name for token in client.shown if (name := _read_device(token, email))), None)


def _read_device(token: str, email: str) -> str | None:
    try:
        claims = _signer("device").unsign(token, max_age=int(DEVICE_LIFETIME.total_seconds())).decode()
    except BadData:
        return None
    name, _, address_code = claims.partition("-")
    return name if hmac.compare_digest(address_code, _address_code(email)) else None


def _address_code(email: str) -> str:
    return hmac.new(current_settings().jwt_secret.encode(), f"device:{email}".encode(), hashlib.sha256).hexdigest()[:32]


def invoice_code(number: str) -> str:
    """What an invoice's QR code carries beside its number, so that others' numbers cannot be guessed."""
    return _signer("invoice").get_signature(number).decode()[:16]


def _signer(salt: str) -> TimestampSigner:
    return TimestampSigner(current_settings().jwt_secret, salt=salt)
