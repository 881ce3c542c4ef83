"""A refresh token that comes twice: of two tabs within the leeway, of a thief ever after."""

from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from lms.controllers.accounts import sessions as controller
from lms.models.accounts.blacklisted_tokens import blacklisted_tokens
from lms.models.base import now
from lms.services.accounts import tokens
from tests.world import Person, World, at_once

HOME = "203.0.113.7"


def refresh(world: World, token: str, address: str = HOME, device: str = "Firefox") -> TestResponse:
    own = world.app.test_client(use_cookies=False)
    return world.post("/auth/refresh", by=token, address=address, headers={"User-Agent": device}, client=own)


def holds(world: World, answer: TestResponse) -> bool:
    """Whether the sign-in goes on for who got this answer."""
    return world.get("/auth/sessions", by=answer.json["token"]).status_code == 200


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let it be so long after now."""
    moment = now() + timedelta(seconds=seconds)
    monkeypatch.setattr(controller, "now", lambda: moment)


def test_two_tabs_get_the_same_successor(world: World, learner: Person) -> None:
    first, second = refresh(world, learner.refresh_token), refresh(world, learner.refresh_token)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["refreshToken"] == second.json["refreshToken"] != learner.refresh_token
    assert holds(world, first)
    assert holds(world, second)
    assert refresh(world, second.json["refreshToken"]).status_code == 200


def test_of_fifty_at_once_all_get_the_same_successor(world: World, learner: Person) -> None:
    answers = at_once([lambda: refresh(world, learner.refresh_token)] * 50)
    assert [answer.status_code for answer in answers] == [200] * 50
    assert len({answer.json["refreshToken"] for answer in answers}) == 1
    assert holds(world, answers[0])
    assert blacklisted_tokens.count({}) == 1


@pytest.mark.parametrize(("seconds", "status"), [(29, 200), (31, 401)])
def test_the_leeway_is_thirty_seconds(
    world: World, learner: Person, monkeypatch: pytest.MonkeyPatch, seconds: float, status: int
) -> None:
    first = refresh(world, learner.refresh_token)
    later(monkeypatch, seconds)
    assert refresh(world, learner.refresh_token).status_code == status
    assert holds(world, first) == (status == 200)


def test_the_leeway_is_a_setting(world: World, learner: Person, settings) -> None:
    settings(refresh_leeway_seconds=0)
    first = refresh(world, learner.refresh_token)
    assert refresh(world, learner.refresh_token).json["code"] == "token_invalid"
    assert not holds(world, first)


@pytest.mark.parametrize(("address", "device"), [("203.0.113.8", "Firefox"), (HOME, "curl")])
def test_another_client_has_no_leeway(world: World, learner: Person, address: str, device: str) -> None:
    first = refresh(world, learner.refresh_token)
    assert refresh(world, learner.refresh_token, address, device).json["code"] == "token_invalid"
    assert not holds(world, first)
    assert refresh(world, first.json["refreshToken"]).status_code == 401


def test_of_ipv6_a_client_has_all_of_its_network(world: World, learner: Person) -> None:
    refresh(world, learner.refresh_token, "2001:db8::1")
    assert refresh(world, learner.refresh_token, "2001:db8::2").status_code == 200
    assert refresh(world, learner.refresh_token, "2001:db8:0:1::1").status_code == 401


def test_a_successor_that_was_swapped_ends_the_leeway(world: World, learner: Person) -> None:
    first = refresh(world, learner.refresh_token)
    second = refresh(world, first.json["refreshToken"])
    assert second.status_code == 200
    assert refresh(world, learner.refresh_token).json["code"] == "token_invalid"
    assert not holds(world, second)


def test_a_sign_in_that_has_ended_has_no_leeway(world: World, learner: Person) -> None:
    first = refresh(world, learner.refresh_token)
    world.post("/auth/logout", by=first.json["token"])
    assert refresh(world, learner.refresh_token).json["code"] == "token_invalid"


def test_what_is_kept_of_the_client_does_not_tell_of_it(world: World, learner: Person) -> None:
    refresh(world, learner.refresh_token)
    kept = str(list(blacklisted_tokens.raw.find()))
    assert HOME not in kept
    assert "Firefox" not in kept


def test_a_refresh_token_ends_with_its_sign_in(world: World, learner: Person) -> None:
    claims = tokens._verified(refresh(world, learner.refresh_token).json["refreshToken"])
    assert claims["exp"] - claims["iat"] == 14 * 24 * 3600
