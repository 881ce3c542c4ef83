"""Flask's session on the staff pages: the token that their cookie holds, and the word that proves their forms.

Both stand and fall with the cookie, so there is no second one to plant, and who signs in gets new forms with it.
"""

import hashlib

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

from lms.extensions import settings_of
from lms.models.accounts.staff_sessions import ABSOLUTE_LIFETIME, new_token

PREFIX = "/admin"
ASSETS = f"{PREFIX}/assets"
TOKEN, CSRF_FIELD = "token", "csrf_token"


class StaffCookie(SessionInterface):
    """A session on the staff pages and nowhere else; what is in it follows from the token, and only that is sent."""

    def get_cookie_secure(self, app: Flask) -> bool:
        production: bool = settings_of(app).production
        return production

    def get_cookie_name(self, app: Flask) -> str:
        """With the prefix that binds it to this host and HTTPS (RFC 6265bis, section 4.1.3.2), where there is HTTPS."""
        return "__Host-staff" if self.get_cookie_secure(app) else "staff"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the token that the browser shows, or of a new one that stands for nobody."""
        if not is_below(PREFIX, request.path):
            return None
        shown = request.cookies.get(self.get_cookie_name(app))
        opened = SecureCookieSession(_following_from(shown or new_token()))
        opened.new = opened.modified = not shown
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where it changed; the staff session behind it has its own end."""
        if session.modified and not is_below(ASSETS, request.path):
            response.set_cookie(
                self.get_cookie_name(app),
                session[TOKEN],
                max_age=ABSOLUTE_LIFETIME,
                path="/",
                secure=self.get_cookie_secure(app),
                httponly=True,
                samesite="Strict",
            )


def is_below(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")


def _following_from(token: str) -> dict[str, str]:
    return {TOKEN: token, CSRF_FIELD: hashlib.sha256(f"staff form:{token}".encode()).hexdigest()}


def token() -> str:
    """What the browser showed, or what it will be given with this answer."""
    known: str = session[TOKEN]
    return known


def is_new() -> bool:
    """Whether the browser showed no token."""
    return bool(session.new)


def give(new: str) -> None:
    """Let the answer carry another token, and its forms the word that belongs to it."""
    session.update(_following_from(new))
    g.pop(CSRF_FIELD, None)


def give_fresh() -> None:
    """Let the answer carry a token that stands for nobody."""
    give(new_token())
