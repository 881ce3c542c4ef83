"""What every staff page is made of: a stated permission, proven forms, one way to show and one to answer."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from bson import ObjectId
from flask import Response, make_response, redirect, render_template, request, url_for
from flask_admin import BaseView, expose
from pydantic import BaseModel

from lms.admin import guard
from lms.admin.cookie import CSRF_FIELD, PREFIX
from lms.admin.roles import VISITORS, Roles
from lms.errors import Forbidden, InvalidRequest, NotSignedIn, Refusal, UnknownPath
from lms.extensions import current_settings
from lms.http import forms
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.actors import acting_as

Method = TypeVar("Method", bound=Callable[..., Any])
M = TypeVar("M", bound=BaseModel)

MOST_SELECTED = 200
OWN_PAGE = re.compile(r"/admin(?:/(?![/\\])[^\x00-\x20\x7f\\]*|\?[^\x00-\x20\x7f\\]*)?")
LONGEST_NEXT = 1000
STORE = "https://res.cloudinary.com https://api.cloudinary.com"


def page(url: str, *, allow: Roles | None = None) -> Callable[[Method], Method]:
    """A page (GET) of a view, for the view's roles or for those stated here."""
    return _exposed(url, "GET", allow, None)


def action(
    url: str, *, allow: Roles | None = None, again: str | None = None, upload_bytes: int = 0
) -> Callable[[Method], Method]:
    """A change (POST); where it is refused, the page named `again` is shown with the reason and what was typed.

    `upload_bytes` is the most that a file may have which comes with the form.
    """
    return _exposed(url, "POST", allow, again, upload_bytes)


def _exposed(
    url: str, verb: str, allow: Roles | None, again: str | None, upload_bytes: int = 0
) -> Callable[[Method], Method]:
    def declare(method: Method) -> Method:
        method.verb, method.allow, method.again = verb, allow, again  # type: ignore[attr-defined]
        method.upload_bytes = upload_bytes  # type: ignore[attr-defined]
        return expose(url, methods=(verb,))(method)  # type: ignore[no-any-return]

    return declare


class StaffView(BaseView):  # type: ignore[misc]
    """Pages at `/admin/<slug>/`; `group` is their place in the navigation, none for pages without one."""

    slug: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str | None] = None
    allow: ClassVar[Roles]
    at: ClassVar[str | None] = None
    """Its address where that is not made of the slug."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "slug" in vars(cls) and not hasattr(cls, "allow"):
            raise TypeError(f"{cls.__name__} does not state who may see it.")

    def __init__(self) -> None:
        super().__init__(name=self.title, category=self.group, endpoint=f"staff_{self.slug}", url=self.at or self.slug)

    def waiting(self) -> int:
        """How many things wait here for a decision: a number in the navigation."""
        return 0

    def create_blueprint(self, admin: Any) -> Any:
        """Only what states its verb and permission here is served, so that nothing inherited opens a door."""
        self._urls: list[Any] = [each for each in self._urls if hasattr(getattr(type(self), each[1]), "verb")]
        return super().create_blueprint(admin)

    def is_visible(self) -> bool:
        return self.group is not None

    def is_accessible(self) -> bool:
        known = guard.staff()
        return known is not None and known.role in self.allow

    def may(self, name: str) -> bool:
        """Whether whoever looks may use the page or action of that name."""
        known = guard.staff()
        return known is not None and known.role in self._roles(name)

    def _roles(self, name: str) -> Roles:
        stated: Roles | None = getattr(type(self), name).allow
        return self.allow if stated is None else stated

    def _handle_view(self, name: str, **kwargs: Any) -> Any:
        """Let in whom the page is for; visitors are led to the sign-in, everyone else is refused."""
        roles, known = self._roles(name), guard.staff()
        if roles is VISITORS:
            return None
        if known is None:
            if request.method != "GET":
                raise NotSignedIn
            back = safe_next(request.full_path.rstrip("?"))
            return finished(redirect(url_for("staff_sign-in.index", next=back), 303))
        if known.role not in roles:
            raise Forbidden
        return None

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Response:
        try:
            if request.method == "POST":
                if most := getattr(fn, "upload_bytes", 0):
                    forms.open_multipart(most)
                guard.require_own_form()
            with acting_as(guard.actor):
                return finished(make_response(fn(self, *args, **kwargs)))
        except Refusal as refusal:
            again = getattr(fn, "again", None)
            if again is None:
                raise
            guard.visit().refusal = refusal
            with acting_as(guard.actor):
                shown = make_response(getattr(type(self), again).__wrapped__(self, *args, **kwargs))
            shown.status_code = refusal.status
            return finished(shown)

    def render(self, template: str, **facts: Any) -> str:
        """The page; it finds `refusal` and what was `typed` when an action has just been refused."""
        refusal = guard.visit().refusal
        html: str = super().render(template, **{"refusal": refusal, "typed": request.form if refusal else {}, **facts})
        return html

    show = render

    def done(self, text: str, endpoint: str, **values: Any) -> Response:
        """Go on to another page, which says what has been done."""
        known = guard.staff()
        if known is not None:
            staff_sessions.leave_notice(known.session_id, "done", text)
        return self.leads_to(url_for(endpoint, **values))

    def leads_to(self, address: str) -> Response:
        return make_response(redirect(address, 303))


def read_form(model: type[M], but: Sequence[str] = ()) -> M:
    """The form's fields, less those of `but`, as `model`; raises InvalidRequest. What is empty counts as not given."""
    return forms.page_form(model, but=frozenset({CSRF_FIELD, *but}))


def selected_ids() -> list[ObjectId]:
    """The rows that were ticked in a list; raises InvalidRequest when there are none."""
    given = request.form.getlist("id")[:MOST_SELECTED]
    ids = [ObjectId(each) for each in given if ObjectId.is_valid(each)]
    if not ids:
        raise InvalidRequest("Tick at least one row.")
    return ids


def safe_next(address: str | None) -> str:
    """Where to go after the sign-in: a page of ours, or the first one."""
    if address is not None and len(address) <= LONGEST_NEXT and OWN_PAGE.fullmatch(address):
        return address
    return url_for("staff_dashboard.index")


def finished(answer: Any) -> Response:
    """The answer with the headers that all staff pages have; forms sent over HTTPS name the page they stood on."""
    response: Response = answer
    response.headers["Content-Security-Policy"] = _policy()
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _policy() -> str:
    """No inline script or style; pictures and videos may also lie at our public address or with the store."""
    media = f"'self' {current_settings().base_url}" + (f" {STORE}" if current_settings().cloud_name else "")
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {media} data:; media-src {media}; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


MOVED = {"queue": "waiting-courses", "people": "users", "reviewed-orders": "held-orders"}
"""What pages were called before; bookmarks and scripts are led on, with what they send."""


def _moved(path: str) -> str | None:
    prefix, _, rest = path.removeprefix(f"{PREFIX}/").partition("/")
    return f"{PREFIX}/{MOVED[prefix]}/{rest}" if prefix in MOVED else None


def refused(refusal: Refusal) -> Response:
    """The page of a refusal that no other page shows."""
    if isinstance(refusal, UnknownPath) and (address := _moved(request.path)):
        return make_response(redirect(address, 308))
    return finished(make_response(render_template("staff/refused.html", why=refusal), refusal.status))


def views(admin: Any) -> Iterable[StaffView]:
    """Every view there is."""
    found: Iterable[StaffView] = admin._views
    return found
