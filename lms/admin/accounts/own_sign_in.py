"""One's own sign-in at `/admin`."""

from typing import Any

from flask import Response, url_for

from lms.admin.guard import staff as present
from lms.admin.pages import StaffView, action, page, read_form
from lms.admin.roles import EVERYONE
from lms.controllers.accounts import staff_authenticator as authenticators
from lms.errors import NotSignedIn
from lms.extensions import current_settings
from lms.middlewares.limits import Limit, count
from lms.models.accounts.users import User, has_authenticator
from lms.schemas.accounts.staff import StaffCodeIn, StaffPasswordIn

GUESS_LIMITS = (Limit("20 per hour", lambda _: (str(_own()["_id"]),), "staff account"),)


class AccountView(StaffView):
    slug, title, allow = "account", "Your sign-in", EVERYONE

    @page("/")
    def index(self) -> Any:
        user = _own()
        offered = authenticators.offered(user, current_settings().seller_name)
        return self.show("staff/account.html", user=user, offered=offered, has_one=has_authenticator(user))

    @action("/authenticator/begin", again="index")
    def begin(self) -> Response:
        count(GUESS_LIMITS)
        authenticators.begin(_own(), read_form(StaffPasswordIn).password)
        return self.leads_to(url_for(".index"))

    @action("/authenticator", again="index")
    def confirm(self) -> Response:
        count(GUESS_LIMITS)
        authenticators.confirm(_own(), read_form(StaffCodeIn).otp)
        return self.done(
            "From now on you sign in with a code of your authenticator: the next time with its next one.", ".index"
        )

    @action("/authenticator/remove", again="index")
    def remove(self) -> Response:
        count(GUESS_LIMITS)
        authenticators.remove_authenticator(_own(), read_form(StaffCodeIn).otp)
        return self.done("From now on you sign in with a mailed code.", ".index")


def _own() -> User:
    staff = present()
    if staff is None:
        raise NotSignedIn
    return staff.user
