"""Entering `/admin`."""

from typing import Any

from flask import Response, g, redirect, request, url_for

from lms.admin import guard
from lms.admin.pages import StaffView, action, limited, page, read_form, safe_next
from lms.admin.roles import EVERYONE, VISITORS
from lms.controllers import staff_sign_in
from lms.controllers.otps import RESEND_SECONDS
from lms.errors import NotSignedIn, OtpTooSoon
from lms.middlewares import client_address
from lms.middlewares.limits import Limit, per_address
from lms.models.users import User
from lms.schemas.auth import LoginIn
from lms.schemas.staff import StaffCodeIn


def _account() -> str:
    """The address that was typed, known only once the form is read; else the browser's."""
    return str(request.form.get("email", "")).strip().lower() or guard.token()


def _awaited_account() -> str:
    user = staff_sign_in.awaited(guard.token())
    return str(user["_id"]) if user else guard.token()


def _account_and_address() -> str:
    return f"{_account()} {client_address.client().address}"


PASSWORD_LIMITS = (
    Limit("10 per 15 minutes", _account_and_address, "staff login account address"),
    Limit("100 per hour", _account, "staff login account"),
    per_address("100 per 15 minutes", "staff login"),
)
GUESS_LIMITS = (Limit("20 per hour", _awaited_account, "staff guesses"), per_address("60 per 15 minutes", "guesses"))
RESEND_LIMITS = (
    Limit(f"1 per {RESEND_SECONDS} seconds", _awaited_account, "staff resend", OtpTooSoon),
    Limit("10 per hour", _awaited_account, "staff codes"),
)


class SignInView(StaffView):
    slug, title, allow = "sign-in", "Sign in", VISITORS

    @page("/")
    def index(self) -> Any:
        if guard.staff() is not None:
            return redirect(url_for("staff_dashboard.index"), 303)
        return self.show("staff/sign_in.html", next=request.values.get("next", ""))

    @action("/", again="index")
    @limited(*PASSWORD_LIMITS)
    def begin(self) -> Response:
        form = read_form(LoginIn, but=("next",))
        guard.give(staff_sign_in.begin(form, client_address.client()))
        return self.leads_to(url_for(".code", next=_next()))

    @page("/code")
    def code(self) -> Any:
        user = self._awaited()
        if user is None:
            return redirect(url_for(".index"), 303)
        return self.show("staff/code.html", user=user, app=staff_sign_in.has_authenticator(user), next=_next())

    @action("/code", again="code")
    @limited(*GUESS_LIMITS)
    def finish(self) -> Response:
        form = read_form(StaffCodeIn, but=("next",))
        guard.give(staff_sign_in.finish(guard.token(), form.otp, client_address.client()))
        return self.leads_to(_next())

    @action("/code/again", again="code")
    @limited(*RESEND_LIMITS)
    def send_again(self) -> Response:
        staff_sign_in.send_again(guard.token())
        return self.leads_to(url_for(".code", sent=1, next=_next()))

    @action("/out", allow=EVERYONE)
    def leave(self) -> Response:
        staff = guard.staff()
        if staff is None:
            raise NotSignedIn
        staff_sign_in.leave(guard.actor(), staff)
        g.staff = None
        guard.give_fresh()
        return self.leads_to(url_for(".index", left=1))

    def _awaited(self) -> User | None:
        return staff_sign_in.awaited(guard.token())


def _next() -> str:
    return safe_next(request.values.get("next"))
