"""bcrypt behind a short queue."""

from collections.abc import Callable, Iterator
from typing import Any

import bcrypt
import pytest

from lms.errors import Busy
from lms.models.accounts.sessions import sessions
from lms.models.accounts.users import users
from lms.services.accounts import code_store, passwords
from tests.staff import Browser
from tests.world import PASSWORD, Person, World, password_hash, refused

ASHA = "asha@example.com"


@pytest.fixture
def full(world: World, settings: Callable[..., None]) -> None:
    """Two calls have the places there are."""
    password_hash()
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
        with pytest.raises(UnicodeEncodeError):
            passwords.matches("\ud800", None)
        assert not passwords.matches("x", None)


def test_one_call_takes_one_place(world: World, settings: Callable[..., None]) -> None:
    settings(passwords_at_once=1)
    with passwords.place():
        assert passwords.matches(PASSWORD, passwords.hash_of(PASSWORD))
        with pytest.raises(Busy):
            passwords.QUEUE.enter(1)


NO_HASHES = [
    "",
    "hunter22",
    PASSWORD,
    "$2b$04$short",
    "$2b$04$" + "u" * 52 + "!",
    "$2z$04$" + "u" * 53,
    "$2b$99$" + "u" * 53,
]
TOO_DEAR = "$2b$31$" + "u" * 53
"""One comparison would take days."""


@pytest.mark.parametrize("stored", [*NO_HASHES, TOO_DEAR, "$2b$03$" + "u" * 53, "$2b$04$" + "u" * 53 + "\n", "é" * 60])
def test_what_is_no_hash_is_nobodys_password(world: World, stored: str) -> None:
    person = world.person(email=ASHA, passwordHash=stored)
    for given in (PASSWORD, stored or "x", "hunter22"):
        answer = world.post("/auth/login", {"email": ASHA, "password": given})
        assert refused(answer) == (401, "invalid_credentials")
    change = {"oldPassword": PASSWORD, "newPassword": "seven tall trees", "confirmNewPassword": "seven tall trees"}
    assert refused(world.post("/auth/changepassword", change, by=person)) == (400, "wrong_password")
    assert users.get({"_id": person.id, "passwordHash": stored}) is not None


@pytest.mark.parametrize(("stored", "costs"), [(None, [6]), ("clear", [6]), (4, [4, 4, 5]), (6, [6]), (7, [7])])
def test_a_wrong_password_is_as_much_work_whatever_is_stored(
    world: World, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch, stored: Any, costs: list[int]
) -> None:
    settings(bcrypt_rounds=6)
    worked: list[int] = []
    kept = bcrypt.hashpw(b"another", bcrypt.gensalt(stored)).decode() if isinstance(stored, int) else stored
    real = bcrypt.checkpw
    monkeypatch.setattr(bcrypt, "checkpw", lambda given, hash: (worked.append(int(hash[4:6])), real(given, hash))[1])
    assert not passwords.matches("wrong", kept)
    assert worked == costs


def cheap(prefix: str = "$2a$") -> str:
    """A hash of everybody's password that costs more than those of tests."""
    return prefix + bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5)).decode()[4:]


def stored_hash(person: Person) -> str:
    return str(users.raw.find_one({"_id": person.id})["passwordHash"])


def signs_in(world: World, person: Person) -> None:
    assert world.post("/auth/login", {"email": person.email, "password": PASSWORD}).status_code == 200


def enters(world: World, person: Person) -> None:
    body = {"email": person.email, "password": PASSWORD}
    assert Browser(world).post("/admin/sign-in/", body).status_code == 303


def proves(world: World, person: Person) -> None:
    assert world.delete("/profile/deleteAccount/me", {"password": PASSWORD}, by=person).status_code == 202


@pytest.mark.parametrize(
    ("way", "role", "prefix"),
    [
        (signs_in, "student", "$2a$"),
        (signs_in, "admin", "$2y$"),
        (enters, "admin", "$2b$"),
        (proves, "student", "$2a$"),
    ],
)
def test_a_hash_of_another_cost_is_made_anew_when_its_password_is_right(
    world: World, way: Callable[[World, Person], None], role: Any, prefix: str
) -> None:
    person = world.person(role, email=ASHA, passwordHash=cheap(prefix))
    before = users.raw.find_one({"_id": person.id})
    world.post("/auth/login", {"email": ASHA, "password": "wrong"})
    assert stored_hash(person) == before["passwordHash"]
    way(world, person)
    renewed = stored_hash(person)
    assert renewed.startswith("$2b$04$")
    assert passwords.matches(PASSWORD, renewed)
    after = users.raw.find_one({"_id": person.id})
    assert after["credentialsChangedAt"] == before["credentialsChangedAt"]
    assert way is proves or sessions.holding(person.session_id) is not None
    world.run_jobs()
    assert not [mail for mail in world.inbox.to(ASHA) if "password" in mail.subject.lower()]


def test_a_hash_is_made_anew_once_and_not_over_another_password(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = world.person(email=ASHA, passwordHash=cheap())
    hash_of = passwords.hash_of

    def meanwhile(password: str) -> str:
        users.raw.update_one({"_id": person.id}, {"$set": {"passwordHash": hash_of("another")}})
        return hash_of(password)

    monkeypatch.setattr(passwords, "hash_of", meanwhile)
    world.post("/auth/login", {"email": ASHA, "password": PASSWORD})
    assert passwords.matches("another", stored_hash(person))
    monkeypatch.setattr(passwords, "hash_of", lambda password: pytest.fail("It is of the right cost."))
    assert world.post("/auth/login", {"email": ASHA, "password": "another"}).status_code == 200
