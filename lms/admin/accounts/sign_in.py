"""Entering `/admin`."""

from typing import Any

from flask import Response, redirect, request, url_for

from lms.admin import cookie, guard
from lms.admin.pages import StaffView, action, page, read_form, safe_next
from lms.admin.roles import EVERYONE, VISITORS
from lms.controllers.accounts import staff_sign_in
from lms.controllers.accounts.otps import RESEND_SECONDS
from lms.errors import NotSignedIn, OtpTooSoon
from lms.middlewares import client_address, devices
from lms.middlewares.limits import Attempt, Limit, Setting, count, per_account, per_account_and_address, per_address
from lms.models.accounts.users import User, has_authenticator
from lms.schemas.accounts.auth import LoginIn
from lms.schemas.accounts.staff import StaffCodeIn
from lms.services.accounts import tokens


def _awaited_account(_: Attempt) -> tuple[str, ...]:
    user = staff_sign_in.awaited(cookie.token())
    return (str(user["_id"]) if user else cookie.token(),)


PASSWORD_LIMITS = (
    per_account_and_address("10 per 15 minutes", "staff login"),
    per_account(Setting("logins_per_account"), "staff login"),
    per_address(Setting("logins_per_address"), "staff login"),
)
GUESS_LIMITS = (
    Limit("20 per hour", _awaited_account, "staff guesses"),
    Limit("60 per day", _awaited_account, "staff guesses"),
    per_address(Setting("guesses_per_address"), "guesses"),
)
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
    def begin(self) -> Response:
        form = read_form(LoginIn, but=("next",))
        count(PASSWORD_LIMITS, body=form)
        cookie.give(staff_sign_in.begin(form, client_address.client()))
        return self.leads_to(url_for(".code", next=_next()))

    @page("/code")
    def code(self) -> Any:
        user = self._awaited()
        if user is None:
            return redirect(url_for(".index"), 303)
        return self.show("staff/code.html", user=user, app=has_authenticator(user), next=_next())

    @action("/code", again="code")
    def finish(self) -> Response:
        count(GUESS_LIMITS)
        form = read_form(StaffCodeIn, but=("next",))
        user = self._awaited()
        cookie.give(staff_sign_in.finish(cookie.token(), form.otp, client_address.client()))
        response = self.leads_to(_next())
        if user is not None:
            devices.remember(response, tokens.device(user["email"]))
        return response

    @action("/code/again", again="code")
    def send_again(self) -> Response:
        count(RESEND_LIMITS)
        staff_sign_in.send_again(cookie.token())
        return self.leads_to(url_for(".code", sent=1, next=_next()))

    @action("/out", allow=EVERYONE)
    def leave(self) -> Response:
        staff = guard.staff()
        if staff is None:
            raise NotSignedIn
        staff_sign_in.leave(staff)
        guard.forget()
        return self.leads_to(url_for(".index", left=1))

    def _awaited(self) -> User | None:
        return staff_sign_in.awaited(cookie.token())


def _next() -> str:
    return safe_next(request.values.get("next"))
