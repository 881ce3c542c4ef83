"""Staff at their browser: signed in at `/admin`, clicking links and sending forms."""

import contextvars
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

from lms.models.accounts.staff_sessions import StaffSession, staff_sessions
from lms.models.accounts.users import StaffRole, users
from tests.world import Person, World


@dataclass
class Browser:
    """A browser with a cookie jar of its own; `person` is who is signed in, if anybody is."""

    world: World
    person: Person | None = None

    def __post_init__(self) -> None:
        self.client = self.world.app.test_client()
        self.address = next(self.world._addresses)

    def open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {"X-Forwarded-For": self.address, **kwargs.pop("headers", {})}
        return contextvars.Context().run(
            self.client.open, path, method=method, headers=headers, buffered=True, **kwargs
        )

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.open("GET", path, **kwargs)

    def page(self, path: str) -> BeautifulSoup:
        """A page that has to be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return soup(answer)

    def post(self, path: str, form: dict[str, Any] | None = None, csrf: str | None = None) -> TestResponse:
        """Send a form as if it stood on a page of ours."""
        return self.open("POST", path, data={"csrf_token": self.csrf if csrf is None else csrf, **(form or {})})

    def act(self, path: str, form: dict[str, Any] | None = None) -> BeautifulSoup:
        """Send a form that has to be taken, and give the page that follows."""
        answer = self.post(path, form)
        assert answer.status_code == 303, (path, answer.status_code, notices(soup(answer)))
        return self.page(answer.location)

    @property
    def csrf(self) -> str:
        field = self.page("/admin/account/" if self.person else "/admin/sign-in/").find(attrs={"name": "csrf_token"})
        assert isinstance(field, Tag)
        return str(field["value"])


def staff(world: World, role: StaffRole = "admin") -> Browser:
    """Somebody new of that role, signed in at `/admin`."""
    person = world.person("admin" if role == "admin" else "student")
    if role != "admin":
        users.update({"_id": person.id}, {"$set": {"staffRole": role}})
    return signed_in(world, person)


def signed_in(world: World, person: Person) -> Browser:
    """The person at `/admin`, as if they had taken both steps."""
    browser = Browser(world, person)
    waiting = staff_sessions.waiting(staff_sessions.begin(person.id, "a browser", browser.address))
    assert waiting is not None
    browser.client.set_cookie("staff", staff_sessions.open(waiting), httponly=True, samesite="Strict")
    return browser


def soup(answer: TestResponse) -> BeautifulSoup:
    assert answer.mimetype == "text/html", (answer.status_code, answer.mimetype)
    return BeautifulSoup(answer.text, "html.parser")


def notices(page: BeautifulSoup) -> list[str]:
    """What the page tells of what has just happened."""
    return [" ".join(each.get_text(" ").split()) for each in page.select(".notice")]


def rows(page: BeautifulSoup) -> list[list[str]]:
    """The cells of the page's first table, row by row."""
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in page.select("tbody tr")]


def session_of(browser: Browser) -> StaffSession | None:
    assert browser.person is not None
    return staff_sessions.get({"user": browser.person.id})
