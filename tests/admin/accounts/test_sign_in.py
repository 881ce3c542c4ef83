"""Entering `/admin`: a password, a second step, a session of its own."""

import time
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest

from lms.models.accounts.otps import otps
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.models.system.limit_windows import limit_windows
from tests.staff import Browser, notices, session_of, signed_in, soup, staff
from tests.world import PASSWORD, Person, World

SIGN_IN = "/admin/sign-in/"


def first_step(browser: Browser, person: Person, password: str = PASSWORD) -> None:
    answer = browser.post(SIGN_IN, {"email": person.email, "password": password})
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/admin/sign-in/code"), answer.text


def with_authenticator(person: Person) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    users.update({"_id": person.id}, {"$set": {"totp": {"secret": secret, "confirmedAt": now(), "lastStep": 0}}})
    return pyotp.TOTP(secret)


def test_a_password_and_a_mailed_code_open_the_staff_pages(world: World) -> None:
    person, browser = world.person("admin"), Browser(world)
    first_step(browser, person)
    world.run_jobs()
    answer = browser.post("/admin/sign-in/code", {"otp": world.code_for(person.email)})
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert browser.page("/admin/").h1 is not None
    [otp] = otps.find({"email": person.email})
    assert (otp["purpose"], otp["status"], "usedAt" in otp) == ("admin", "sent", True)
    [row] = audit_log.find({})
    assert (row["actor"], row["action"], row["address"]) == (person.id, "staff.sign_in", browser.address)


def test_without_the_second_step_no_page_is_shown(world: World) -> None:
    browser = Browser(world)
    first_step(browser, world.person("admin"))
    answer = browser.get("/admin/account/")
    assert (answer.status_code, answer.location) == (303, "/admin/sign-in/?next=/admin/account/")


def test_visitors_are_led_back_to_where_they_wanted_to_go(world: World) -> None:
    person, browser = world.person("admin"), Browser(world)
    led = browser.get("/admin/account/?a=1")
    assert led.location == "/admin/sign-in/?next=/admin/account/?a%3D1"
    form = {"email": person.email, "password": PASSWORD, "next": "/admin/account/?a=1"}
    answer = browser.post(SIGN_IN, form)
    world.run_jobs()
    answer = browser.post(answer.location, {"otp": world.code_for(person.email)})
    assert answer.location == "/admin/account/?a=1"


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/admin//evil.example",
    "/admin/\\e",
    "/x",
    "/admin/users/?x=\n",
)


@pytest.mark.parametrize("elsewhere", [*ELSEWHERE, f"/admin/{'x' * 1000}"])
def test_the_sign_in_leads_to_pages_of_ours_only(world: World, elsewhere: str) -> None:
    person, browser = world.person("admin"), Browser(world)
    answer = browser.post(SIGN_IN, {"email": person.email, "password": PASSWORD, "next": elsewhere})
    assert answer.location == "/admin/sign-in/code?next=/admin/"


@pytest.mark.parametrize("role", ["student", "instructor"])
def test_those_who_are_not_staff_are_told_what_strangers_are_told(world: World, role: str) -> None:
    person, browser = world.person(role), Browser(world)  # type: ignore[arg-type]
    known = browser.post(SIGN_IN, {"email": person.email, "password": PASSWORD})
    unknown = browser.post(SIGN_IN, {"email": "nobody@example.com", "password": PASSWORD})
    wrong = browser.post(SIGN_IN, {"email": world.person("admin").email, "password": "something else"})
    assert [answer.status_code for answer in (known, unknown, wrong)] == [401] * 3
    assert notices(soup(known)) == notices(soup(unknown)) == notices(soup(wrong)) != []
    assert staff_sessions.count({}) == 0


def test_a_refused_sign_in_keeps_the_address_but_not_the_password(world: World) -> None:
    answer = Browser(world).post(SIGN_IN, {"email": "a@example.com", "password": "wrong one"})
    assert 'value="a@example.com"' in answer.text
    assert "wrong one" not in answer.text


def test_five_wrong_codes_end_the_attempt(world: World) -> None:
    person, browser = world.person("admin"), Browser(world)
    totp = with_authenticator(person)
    first_step(browser, person)
    wrong = f"{(int(totp.now()) + 7) % 10**6:06d}"
    for _ in range(5):
        assert browser.post("/admin/sign-in/code", {"otp": wrong}).status_code == 400
    assert browser.post("/admin/sign-in/code", {"otp": totp.now()}).status_code in (303, 401)
    assert staff_sessions.count({}) == 0


def test_an_authenticator_takes_the_place_of_the_mail_and_each_code_works_once(world: World) -> None:
    person, browser, other = world.person("admin"), Browser(world), Browser(world)
    totp = with_authenticator(person)
    first_step(browser, person)
    first_step(other, person)
    world.run_jobs()
    assert world.inbox.to(person.email) == []
    code = totp.now()
    assert browser.post("/admin/sign-in/code", {"otp": code}).status_code == 303
    answer = other.post("/admin/sign-in/code", {"otp": code})
    assert (answer.status_code, len(notices(soup(answer)))) == (400, 1)


def test_another_code_can_be_asked_for_but_not_at_once(world: World) -> None:
    person, browser = world.person("admin"), Browser(world)
    first_step(browser, person)
    assert browser.post("/admin/sign-in/code/again").status_code == 303
    answer = browser.post("/admin/sign-in/code/again")
    assert (answer.status_code, len(notices(soup(answer)))) == (429, 1)
    world.run_jobs()
    assert len(world.inbox.to(person.email)) == 1, "the older of the two is superseded"


def test_passwords_are_not_guessed_for_long(world: World) -> None:
    person, browser = world.person("admin"), Browser(world)
    tries = [browser.post(SIGN_IN, {"email": person.email, "password": "no"}).status_code for _ in range(10)]
    assert tries == [401] * 10
    for email in (
        person.email,
        person.email.upper(),
        person.email.replace("@e", "@\N{FULLWIDTH LATIN SMALL LETTER E}"),
    ):
        assert browser.post(SIGN_IN, {"email": email, "password": PASSWORD}).status_code == 429
    answer = browser.post(SIGN_IN, {"email": ["other@example.com", person.email], "password": PASSWORD})
    assert (answer.status_code, "Send this once." in answer.text) == (400, True)
    limit_windows.delete_many({})


def test_the_cookie_is_for_this_server_alone(world: World) -> None:
    cookie = Browser(world).get(SIGN_IN).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert cookie.startswith("staff=")


def test_in_production_the_cookie_is_bound_to_the_host_and_to_https(
    world: World, settings: Callable[..., None]
) -> None:
    settings(app_env="production")
    cookie = Browser(world).get(SIGN_IN).headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert cookie.startswith("__Host-staff=")
    assert "Domain" not in cookie


def test_a_session_ends_after_eight_hours_and_after_half_an_hour_of_rest(world: World) -> None:
    browser = staff(world)
    session = session_of(browser)
    assert session is not None
    assert session["expiresAt"] - session["createdAt"] == timedelta(hours=8)
    assert session["idleExpiresAt"] - session["createdAt"] == timedelta(minutes=30)
    for field in ("idleExpiresAt", "expiresAt"):
        other = staff(world)
        assert other.get("/admin/account/").status_code == 200
        assert other.person is not None
        staff_sessions.update({"user": other.person.id}, {"$set": {field: now() - timedelta(seconds=1)}})
        assert other.get("/admin/account/").status_code == 303


def test_every_click_puts_off_the_end_of_an_idle_session(world: World) -> None:
    browser = staff(world)
    assert browser.person is not None
    staff_sessions.update({"user": browser.person.id}, {"$set": {"idleExpiresAt": now() + timedelta(seconds=60)}})
    browser.page("/admin/account/")
    session = session_of(browser)
    assert session is not None
    assert session["idleExpiresAt"] > now() + timedelta(minutes=29)


@pytest.mark.parametrize(
    "change",
    [{"$set": {"status": "suspended"}}, {"$unset": {"staffRole": ""}}, {"$set": {"deletedAt": now()}}],
    ids=["suspended", "no longer staff", "deleted"],
)
def test_who_is_no_staff_any_more_is_out_at_the_next_click(world: World, change: dict[str, object]) -> None:
    browser = staff(world, "moderator")
    assert browser.get("/admin/account/").status_code == 200
    assert browser.person is not None
    users.update({"_id": browser.person.id}, change)
    assert browser.get("/admin/account/").status_code == 303
    assert staff_sessions.count({}) == 0


def test_a_new_password_ends_the_sessions_of_staff(world: World) -> None:
    person = world.person("admin")
    browser = signed_in(world, person)
    new = "another calm river bend"
    form = {"oldPassword": PASSWORD, "newPassword": new, "confirmNewPassword": new}
    assert world.post("/auth/changepassword", form, by=person).status_code == 200
    assert browser.get("/admin/account/").status_code == 303


def test_signing_out_ends_the_session_for_good(world: World) -> None:
    browser = staff(world)
    old = browser.client.get_cookie("staff")
    assert old is not None
    answer = browser.post("/admin/sign-in/out")
    assert (answer.status_code, answer.location) == (303, "/admin/sign-in/?left=1")
    browser.client.set_cookie("staff", old.value)
    assert browser.get("/admin/account/").status_code == 303
    assert [row["action"] for row in audit_log.find({})] == ["staff.sign_out"]


def test_setting_up_an_authenticator(world: World) -> None:
    browser = staff(world)
    assert browser.person is not None
    assert browser.post("/admin/account/authenticator/begin", {"password": "not it"}).status_code == 400
    page = browser.act("/admin/account/authenticator/begin", {"password": PASSWORD})
    secret = page.select_one("code")
    assert secret is not None
    assert page.select_one("img.qr") is not None
    totp = pyotp.TOTP(secret.text)
    wrong = f"{(int(totp.now()) + 7) % 10**6:06d}"
    assert browser.post("/admin/account/authenticator", {"otp": wrong}).status_code == 400
    browser.act("/admin/account/authenticator", {"otp": totp.now()})
    assert browser.post("/admin/account/authenticator/begin", {"password": PASSWORD}).status_code == 409
    assert browser.post("/admin/account/authenticator/remove", {"otp": totp.now()}).status_code == 400, "used before"
    assert browser.post("/admin/account/authenticator/remove", {"otp": totp.at(now_plus(30))}).status_code == 303
    assert "totp" not in (users.by_id(browser.person.id) or {})
    actions = [row["action"] for row in audit_log.find({}, sort=[("_id", 1)])]
    assert actions == ["staff.authenticator_on", "staff.authenticator_off"]
    world.run_jobs()
    told = [mail.subject for mail in world.inbox.to(browser.person.email)]
    assert told == ["An authenticator was set up", "Your authenticator was removed"]


def test_codes_that_take_the_authenticator_off_are_not_guessed_for_long(world: World) -> None:
    browser = staff(world)
    assert browser.person is not None
    with_authenticator(browser.person)
    csrf = browser.csrf
    tries = {
        browser.post("/admin/account/authenticator/remove", {"otp": "000000"}, csrf).status_code for _ in range(21)
    }
    assert 429 in tries


def now_plus(seconds: int) -> int:
    """A time of the authenticator's clock that is so far ahead as clocks may be apart."""
    return int(time.time()) + seconds


def test_a_code_of_the_admin_purpose_cannot_be_asked_for_through_the_api(world: World) -> None:
    answer = world.post("/auth/sendotp", {"email": world.person("admin").email, "purpose": "admin"})
    assert (answer.status_code, answer.json["code"]) == (400, "validation_failed")
