"""Doors that strangers cannot shut: what they try is not taken from the owner of the account."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from lms.models.accounts.users import users
from lms.services.accounts import code_store
from tests.world import PASSWORD, Person, World, refused

ASHA = "asha@example.com"
NEW = "seven tall cedar trees"
HOME, ABROAD = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def asha(world: World) -> Person:
    return world.person(email=ASHA)


def log_in(world: World, password: str = PASSWORD, address: str = HOME, device: str = "") -> TestResponse:
    headers = {"X-Device-Token": device} if device else {}
    return world.post("/auth/login", {"email": ASHA, "password": password}, address=address, headers=headers)


def ask(world: World, address: str, path: str = "/auth/resetpasswordtoken", device: str = "") -> TestResponse:
    return world.post(path, {"email": ASHA}, address=address, headers={"X-Device-Token": device} if device else {})


def strangers(many: int) -> list[str]:
    return [f"192.0.2.{number + 1}" for number in range(many)]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def link_of(world: World) -> str:
    found = re.search(r"/update-password/(\S+)", world.inbox.to(ASHA)[-1].text)
    assert found is not None
    return found[1]


def reset(world: World, token: str) -> TestResponse:
    return world.post("/auth/resetpassword", {"password": NEW, "confirmPassword": NEW, "token": token}, address=HOME)


def test_the_owner_of_an_account_under_attack_signs_in_and_resets(world: World, asha: Person) -> None:
    for stranger in strangers(10):
        for _ in range(10):
            assert log_in(world, "wrong", stranger).status_code == 401
        assert ask(world, stranger).status_code == 200
    assert log_in(world).status_code == 200
    assert ask(world, HOME).status_code == 200
    world.run_jobs()
    assert reset(world, link_of(world)).status_code == 200
    assert log_in(world, NEW).status_code == 200


def test_one_client_cannot_use_up_the_tries_of_all(world: World, asha: Person) -> None:
    answers = [log_in(world, "wrong", ABROAD).status_code for _ in range(40)]
    assert answers == [401] * 10 + [429] * 30
    assert [ask(world, ABROAD).status_code for _ in range(5)] == [200, 429, 429, 429, 429]
    assert log_in(world).status_code == 200
    assert ask(world, HOME).status_code == 200


class TestADistributedAttack:
    """More tries than one account has from everywhere together."""

    @pytest.fixture
    def device(self, world: World, asha: Person) -> str:
        """What the owner's browser was given when it signed in."""
        token: str = log_in(world).json["deviceToken"]
        return token

    @pytest.fixture
    def attacked(self, world: World, device: str, settings: Callable[..., None]) -> None:
        settings(logins_per_account="20 per hour", codes_per_account="5 per hour", guesses_per_account="10 per day")
        for stranger in strangers(20):
            log_in(world, "wrong", stranger)
            ask(world, stranger)

    def test_is_stopped(self, world: World, attacked: None) -> None:
        assert refused(log_in(world, address=ABROAD)) == (429, "rate_limited")
        assert refused(ask(world, ABROAD)) == (429, "rate_limited")

    def test_does_not_stop_a_browser_that_signed_in_before(self, world: World, attacked: None, device: str) -> None:
        assert log_in(world, address=ABROAD, device=device).status_code == 200
        assert ask(world, ABROAD, device=device).status_code == 200
        world.run_jobs()
        code = world.code_for(ASHA)
        headers = {"X-Device-Token": device}
        body = {"email": ASHA, "otp": code, "password": NEW, "confirmPassword": NEW}
        assert world.post("/auth/resetpassword", body, headers=headers).status_code == 200

    def test_does_not_stop_the_mailed_link(self, world: World, attacked: None) -> None:
        world.run_jobs()
        answer = reset(world, link_of(world))
        assert answer.status_code == 200
        assert log_in(world, NEW, ABROAD).status_code == 200
        assert log_in(world, NEW, HOME, device=answer.json["deviceToken"]).status_code == 200

    def test_on_codes_does_not_stop_a_browser_that_signed_in_before(
        self, world: World, device: str, settings: Callable[..., None]
    ) -> None:
        settings(guesses_per_account="10 per day")
        code = code_store.mint("login", ASHA)
        for stranger in strangers(30):
            world.post("/auth/verify-otp", {"email": ASHA, "otp": wrong(code)}, address=stranger)
        body = {"email": ASHA, "otp": code}
        assert refused(world.post("/auth/verify-otp", body, address=HOME)) == (429, "rate_limited")
        assert world.post("/auth/verify-otp", body, headers={"X-Device-Token": device}).status_code == 200


class TestABrowserThatSignedInBefore:
    def test_has_tries_of_its_own(self, world: World, asha: Person) -> None:
        device = log_in(world).json["deviceToken"]
        answers = [log_in(world, "wrong", ABROAD, device).status_code for _ in range(11)]
        assert answers == [401] * 10 + [429]
        assert log_in(world, address=ABROAD).status_code == 200

    def test_is_known_by_its_cookie_too(self, world: World, asha: Person, settings: Callable[..., None]) -> None:
        browser = world.app.test_client()
        body = {"email": ASHA, "password": PASSWORD}
        answer = world.post("/auth/login", body, client=browser)
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ASHA not in cookie
        settings(logins_per_account="1 per hour")
        assert [log_in(world).status_code for _ in range(2)] == [200, 429]
        assert world.post("/auth/login", body, client=browser).status_code == 200

    def test_keeps_its_cookie_between_sites_over_https(self, world: World, asha: Person) -> None:
        body = {"email": ASHA, "password": PASSWORD}
        answer = world.post("/auth/login", body, base_url="https://api.example.com")
        assert {"Secure", "SameSite=None"} <= set(answer.headers["Set-Cookie"].split("; "))

    def test_is_known_to_nobody_elses_account(self, world: World, asha: Person, settings: Callable[..., None]) -> None:
        other = world.person()
        body = {"email": other.email, "password": PASSWORD}
        foreign = world.post("/auth/login", body).json["deviceToken"]
        settings(logins_per_account="1 per hour")
        assert log_in(world, "wrong").status_code == 401
        for token in (foreign, foreign + "x", "", "a.b.c"):
            assert log_in(world, device=token).status_code == 429


class TestACode:
    def test_is_not_used_up_by_strangers(self, world: World, asha: Person) -> None:
        code = code_store.mint("login", ASHA)
        for stranger in strangers(4):
            for _ in range(5):
                world.post("/auth/verify-otp", {"email": ASHA, "otp": wrong(code)}, address=stranger)
        assert world.post("/auth/verify-otp", {"email": ASHA, "otp": code}, address=HOME).status_code == 200

    def test_is_none_to_strangers_after_25_wrong_guesses_of_them(self, world: World, asha: Person) -> None:
        device = log_in(world).json["deviceToken"]
        code = code_store.mint("login", ASHA)
        for stranger in strangers(25):
            world.post("/auth/verify-otp", {"email": ASHA, "otp": wrong(code)}, address=stranger)
        body = {"email": ASHA, "otp": code}
        assert refused(world.post("/auth/verify-otp", body, address=ABROAD)) == (400, "invalid_otp")
        assert world.post("/auth/verify-otp", body, headers={"X-Device-Token": device}).status_code == 200

    @pytest.mark.parametrize("path", ["/auth/signup", "/auth/resetpassword"])
    def test_is_guessed_at_as_seldom_where_it_does_something_else(self, world: World, asha: Person, path: str) -> None:
        names = {"firstName": "A", "lastName": "B"} if path == "/auth/signup" else {}
        body = {**names, "email": ASHA, "otp": "123456", "password": NEW, "confirmPassword": NEW}
        answers = [world.post(path, body, address=ABROAD).status_code for _ in range(21)]
        assert answers == [400] * 20 + [429]
        assert world.post("/auth/verify-otp", {"email": ASHA, "otp": "123456"}, address=ABROAD).status_code == 429


def test_a_class_of_200_behind_one_address_signs_up_proves_its_codes_and_signs_in(world: World) -> None:
    emails = [f"pupil{number}@example.com" for number in range(200)]
    names = {"firstName": "Asha", "lastName": "Rao", "password": PASSWORD, "confirmPassword": PASSWORD}
    for email in emails:
        assert world.post("/auth/signup", {**names, "email": email}, address=HOME).status_code == 202
    for email in emails:
        user = users.by_email(email)
        assert user is not None
        code = code_store.mint("signup", email, user["signUpCode"])
        assert world.post("/auth/verifyotp", {"email": email, "otp": code}, address=HOME).status_code == 200
    for email in emails:
        body = {"email": email, "password": PASSWORD}
        assert world.post("/auth/login", body, address=HOME).status_code == 200
