"""Who is at the door of `/admin`: the session behind the cookie, and proof that a form was made here."""

from dataclasses import dataclass, field

from flask import Flask, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from lms.admin import cookie
from lms.controllers.accounts import staff_sign_in
from lms.controllers.accounts.access import staff_actor
from lms.controllers.accounts.staff_sign_in import Staff
from lms.errors import FormExpired, Refusal
from lms.middlewares import client_address
from lms.middlewares.requests import CALLER_KEY
from lms.models.accounts.staff_sessions import Notice, staff_sessions
from lms.models.actors import Actor

csrf = CSRFProtect()


@dataclass
class Visit:
    """What is known of the present request to a staff page; `refusal` is why its action has just been refused."""

    staff: Staff | None
    refusal: Refusal | None = None
    filter_faults: dict[str, str] = field(default_factory=dict)


def visit() -> Visit:
    """The present one, its session asked once a request."""
    if "staff_visit" not in g:
        g.staff_visit = Visit(None if cookie.is_new() else staff_sign_in.present(cookie.token()))
        if known := g.staff_visit.staff:
            request.environ[CALLER_KEY] = str(known.user["_id"])
    found: Visit = g.staff_visit
    return found


def staff() -> Staff | None:
    """Who is signed in."""
    return visit().staff


def forget() -> None:
    """Let the answer be one to a visitor."""
    visit().staff = None
    cookie.give_fresh()


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


def require_own_form() -> None:
    """Raise FormExpired unless the form was made for this browser."""
    try:
        csrf.protect()
    except CSRFError as error:
        raise FormExpired from error


def init_app(app: Flask) -> None:
    app.session_interface = cookie.StaffCookie()
    csrf.init_app(app)
