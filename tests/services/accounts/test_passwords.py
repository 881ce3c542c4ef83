"""bcrypt behind a short queue."""

from collections.abc import Callable, Iterator

import pytest

from lms.errors import Busy
from lms.services.accounts import code_store, passwords
from tests.world import PASSWORD, World, refused

ASHA = "asha@example.com"


@pytest.fixture
def full(world: World, settings: Callable[..., None]) -> None:
    """Two calls have the places there are."""
    settings(passwords_at_once=2)
    for _ in range(2):
        passwords.QUEUE.enter(2)


@pytest.fixture(autouse=True)
def left() -> Iterator[None]:
    """No place is taken in the tests that follow."""
    yield
    while passwords.QUEUE._taken:
        passwords.QUEUE.leave()


def test_who_comes_to_a_full_queue_is_told_to_come_again(world: World, full: None) -> None:
    world.person(email=ASHA)
    answer = world.post("/auth/login", {"email": ASHA, "password": PASSWORD})
    assert refused(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "2"
    passwords.QUEUE.leave()
    assert world.post("/auth/login", {"email": ASHA, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("place", ["signup", "changepassword", "deleteAccount"])
def test_so_is_everybody_who_brings_a_password(world: World, full: None, place: str) -> None:
    person, new = world.person(email=ASHA), "seven tall cedar trees"
    if place == "signup":
        names = {"firstName": "A", "lastName": "B", "password": new, "confirmPassword": new}
        answer = world.post("/auth/signup", {**names, "email": "new@example.com"})
    elif place == "changepassword":
        change = {"oldPassword": PASSWORD, "newPassword": new, "confirmNewPassword": new}
        answer = world.post("/auth/changepassword", change, by=person)
    else:
        answer = world.delete("/profile/deleteAccount/me", {"password": PASSWORD}, by=person)
    assert refused(answer) == (503, "busy")


def test_a_code_is_not_used_up_by_a_full_queue(world: World, full: None) -> None:
    new = "seven tall cedar trees"
    world.person(email=ASHA)
    code = code_store.mint("reset", ASHA)
    body = {"email": ASHA, "otp": code, "password": new, "confirmPassword": new}
    assert refused(world.post("/auth/resetpassword", body)) == (503, "busy")
    passwords.QUEUE.leave()
    assert world.post("/auth/resetpassword", body).status_code == 200


def test_a_place_is_given_back_whatever_happens(world: World, settings: Callable[..., None]) -> None:
    settings(passwords_at_once=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="Invalid salt"):
            passwords.matches("x", "no hash")
        assert not passwords.matches("x", None)


def test_one_call_takes_one_place(world: World, settings: Callable[..., None]) -> None:
    settings(passwords_at_once=1)
    with passwords.place():
        assert passwords.matches(PASSWORD, passwords.hash_of(PASSWORD))
        with pytest.raises(Busy):
            passwords.QUEUE.enter(1)
