"""What holds for every staff page: proven forms, no change by GET, headers, one look for refusals."""

from typing import Any

import pytest

from lms.admin.pages import StaffView, page
from tests.staff import Browser, notices, signed_in, soup, staff
from tests.world import World


def test_a_view_that_states_no_permission_is_no_view() -> None:
    with pytest.raises(TypeError, match="does not state who may see it"):

        class Open(StaffView):
            slug, title = "open", "Open"

            @page("/")
            def index(self) -> str:
                return ""


def test_every_change_is_a_post_and_every_address_states_its_verb(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/admin") and rule.endpoint != "staff_assets.static":
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            assert methods in ({"GET"}, {"POST"}), rule
            view = world.app.view_functions[rule.endpoint]
            assert {view.verb} == methods, rule  # type: ignore[attr-defined]


def test_nothing_of_flask_admin_is_served_but_what_is_declared_here(world: World) -> None:
    served = {rule.rule for rule in world.app.url_map.iter_rules() if rule.rule.startswith("/admin")}
    undeclared = ("/new/", "/edit/", "/delete/", "/action/", "/ajax/update/", "/ajax/lookup/", "/export/<export_type>/")
    assert not [rule for rule in served if rule.endswith(undeclared)]
    assert not [rule for rule in served if rule.startswith("/admin/static")]


@pytest.mark.parametrize("token", ["", "wrong", "ü"])
def test_a_form_that_was_not_made_here_changes_nothing(world: World, token: str) -> None:
    browser = staff(world)
    answer = browser.post("/admin/sign-in/out", csrf=token)
    assert (answer.status_code, len(notices(soup(answer)))) == (403, 1)
    assert browser.get("/admin/account/").status_code == 200


def test_a_form_made_for_somebody_else_changes_nothing(world: World) -> None:
    browser, other = staff(world), staff(world)
    assert browser.post("/admin/sign-in/out", csrf=other.csrf).status_code == 403


def test_every_page_has_the_headers_of_staff_pages(world: World) -> None:
    for answer in (
        staff(world).get("/admin/account/"),
        Browser(world).get("/admin/sign-in/"),
        staff(world).get("/admin/x"),
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert "style-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_page_has_inline_script_or_style(world: World) -> None:
    for answer in (staff(world).get("/admin/account/"), Browser(world).get("/admin/sign-in/")):
        parsed = soup(answer)
        assert not [
            each for each in parsed.find_all("script") if not each.get("src") and each.get("type") != "application/json"
        ]
        assert not parsed.find_all("style")
        assert not [
            each
            for each in parsed.find_all(True)
            if "style" in each.attrs or any(name.startswith("on") for name in each.attrs)
        ]


def test_pages_of_staff_are_for_no_other_origin(world: World) -> None:
    """A frontend on the same site would come with the cookies of staff."""
    for path in ("/admin/account/", "/admin/sign-in/"):
        answer = staff(world).get(path, headers={"Origin": "http://localhost:3000"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(("path", "status"), [("/admin/nothing", 404), ("/admin/sign-in/out", 405)])
def test_refusals_are_pages_for_people(world: World, path: str, status: int) -> None:
    for browser in (Browser(world), staff(world)):
        answer: Any = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert len(notices(soup(answer))) == 1


def test_a_form_sent_after_the_session_ended_says_how_to_keep_what_was_typed(world: World) -> None:
    answer = Browser(world).post("/admin/account/authenticator", {"otp": "123456"})
    assert answer.status_code == 401
    assert "What you have typed is not lost" in answer.text


@pytest.mark.parametrize(
    ("referrer", "status"),
    [("https://localhost/admin/account/", 303), ("", 403), ("https://evil.example/", 403), ("http://localhost/", 403)],
)
def test_over_https_a_form_names_the_page_of_ours_that_it_stood_on(world: World, referrer: str, status: int) -> None:
    browser = staff(world)
    form, headers = {"csrf_token": browser.csrf}, {"Referer": referrer}
    answer = browser.open("POST", "/admin/sign-in/out", data=form, headers=headers, base_url="https://localhost")
    assert answer.status_code == status
    assert answer.headers.getlist("Referrer-Policy") == ["same-origin"]


def test_who_signs_in_gets_other_forms_with_the_cookie(world: World) -> None:
    browser = Browser(world)
    before = browser.csrf
    other = signed_in(world, world.person("admin"))
    cookie = other.client.get_cookie("staff")
    assert cookie is not None
    browser.client.set_cookie("staff", cookie.value)
    assert browser.post("/admin/sign-in/out", csrf=before).status_code == 403
    assert browser.post("/admin/sign-in/out", csrf=other.csrf).status_code == 303


def test_the_cookie_is_given_once_and_on_pages_of_staff_only(world: World) -> None:
    browser = Browser(world)
    for path in ("/admin/assets/staff.css", "/api/v1/courses/getAllCourses", "/docs"):
        assert "Set-Cookie" not in browser.get(path).headers
    assert "Set-Cookie" in browser.get("/admin/sign-in/").headers
    assert "Set-Cookie" not in browser.get("/admin/sign-in/").headers
