"""Who is at the door of `/admin`: the cookie, the session behind it, and proof that a form was made here."""

import hashlib
import hmac
import secrets

from flask import Response, current_app, g, request

from lms.controllers.accounts import staff_sign_in
from lms.controllers.accounts.access import staff_actor
from lms.controllers.accounts.staff_sign_in import Staff
from lms.errors import FormExpired
from lms.middlewares import client_address
from lms.middlewares.requests import CALLER_KEY
from lms.models.accounts.staff_sessions import ABSOLUTE_LIFETIME, Notice, new_token, staff_sessions
from lms.models.actors import Actor

CSRF_FIELD = "csrf_token"


def cookie_name() -> str:
    """With the prefix that binds it to this host and to HTTPS (RFC 6265bis, section 4.1.3.2), where there is HTTPS."""
    return "__Host-staff" if _secure() else "staff"


def _secure() -> bool:
    production: bool = current_app.config["SETTINGS"].production
    return production


def token() -> str:
    """What the browser showed, or what it will be given with this answer."""
    if "staff_token" not in g:
        g.staff_token = request.cookies.get(cookie_name()) or _fresh()
    known: str = g.staff_token
    return known


def _fresh() -> str:
    g.staff_cookie = new_token()
    cookie: str = g.staff_cookie
    return cookie


def give(new: str) -> None:
    """Let the answer carry another token."""
    g.staff_token = g.staff_cookie = new


def give_fresh() -> None:
    """Let the answer carry a token that stands for nobody."""
    give(new_token())


def staff() -> Staff | None:
    """Who is signed in; asked once a request."""
    if "staff" not in g:
        shown = request.cookies.get(cookie_name())
        g.staff = staff_sign_in.present(shown) if shown else None
        if g.staff is not None:
            request.environ[CALLER_KEY] = str(g.staff.user["_id"])
    known: Staff | None = g.staff
    return known


def take_notices() -> list[Notice]:
    """What the page is to tell; told once."""
    known = staff()
    if known is None or not known.notices:
        return []
    staff_sessions.drop_notices(known.session_id)
    return known.notices


def actor() -> Actor:
    """Whoever is signed in, as the audit log names them."""
    known = staff()
    assert known is not None, "Only pages of staff have an actor."
    return staff_actor(known.user, client_address.client())


def csrf_token() -> str:
    """What every form carries: bound to the cookie, so that no other site can know it."""
    secret = current_app.config["SETTINGS"].jwt_secret.encode()
    return hmac.new(secret, f"staff form:{token()}".encode(), hashlib.sha256).hexdigest()


def require_own_form() -> None:
    """Raise FormExpired unless the form was made for this browser."""
    given = request.form.get(CSRF_FIELD, "")
    if not secrets.compare_digest(given.encode(), csrf_token().encode()):
        raise FormExpired


def put_cookie(response: Response) -> None:
    """Set the cookie where it changed; the session behind it has its own end."""
    if "staff_cookie" in g:
        response.set_cookie(
            cookie_name(),
            g.staff_cookie,
            max_age=int(ABSOLUTE_LIFETIME.total_seconds()),
            path="/",
            secure=_secure(),
            httponly=True,
            samesite="Strict",
        )
