import re

from lms.extensions import mongo
from lms.models.accounts.users import users
from lms.services.accounts import code_store, tokens
from tests.world import PASSWORD, World

ASHA = "asha@example.com"
NEW = "nine slow yellow boats"


def body(old: str = PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"oldPassword": old, "newPassword": new, "confirmNewPassword": new}


def reset(world: World, **fields: object):
    return world.post("/auth/resetpassword", {"password": NEW, "confirmPassword": NEW, **fields})


def ask(world: World) -> tuple[str, str]:
    """The link's token and the code of a freshly mailed reset."""
    mongo.db.limitWindows.delete_many({})
    assert world.post("/auth/resetpasswordtoken", {"email": ASHA}).status_code == 200
    world.run_jobs()
    mail = world.inbox.to(ASHA)[-1]
    assert mail.subject == "Choose a new password"
    link = re.search(r"http://localhost:3000/update-password/(\S+)", mail.text)
    assert link is not None
    assert link[1] in mail.html
    return link[1], world.code_for(ASHA)


def can_log_in(world: World, password: str) -> bool:
    return world.post("/auth/login", {"email": ASHA, "password": password}).status_code == 200


def test_changing_a_password_ends_every_other_session(world: World) -> None:
    person = world.person(email=ASHA)
    other = world.post("/auth/login", {"email": ASHA, "password": PASSWORD}).json["token"]
    assert world.post("/auth/changepassword", body(), by=person).status_code == 200
    assert world.get("/auth/sessions", by=person).status_code == 200
    assert world.get("/auth/sessions", by=other).status_code == 401
    assert can_log_in(world, NEW)
    assert not can_log_in(world, PASSWORD)
    world.run_jobs()
    assert world.inbox.to(ASHA)[-1].subject == "Your password was changed"


def test_the_old_password_has_to_be_right(world: World) -> None:
    answer = world.post("/auth/changepassword", body(old="wrong"), by=world.person(email=ASHA))
    assert (answer.status_code, answer.json["code"]) == (400, "wrong_password")
    assert can_log_in(world, PASSWORD)


def test_the_new_password_has_to_be_new(world: World) -> None:
    answer = world.post("/auth/changepassword", body(new=PASSWORD), by=world.person())
    assert (answer.status_code, answer.json["code"]) == (400, "same_password")


def test_a_link_counts_as_it_is_pasted(world: World) -> None:
    world.person(email=ASHA)
    token, _ = ask(world)
    middle = len(token) // 2
    assert reset(world, token=f" {token[:middle]}\r\n {token[middle:]} ").status_code == 200
    assert can_log_in(world, NEW)


def test_guessing_the_old_password_is_limited(world: World) -> None:
    person = world.person()
    for _ in range(10):
        world.post("/auth/changepassword", body(old="wrong"), by=person)
    assert world.post("/auth/changepassword", body(), by=person).status_code == 429


def test_the_mailed_link_sets_a_password_once(world: World) -> None:
    person = world.person(email=ASHA)
    token, _ = ask(world)
    assert reset(world, token=token).status_code == 200
    assert can_log_in(world, NEW)
    assert world.get("/auth/sessions", by=person).status_code == 401
    again = reset(world, token=token)
    assert (again.status_code, again.json["code"]) == (400, "invalid_token")


def test_the_mailed_code_sets_a_password_once_and_kills_the_link(world: World) -> None:
    world.person(email=ASHA)
    token, code = ask(world)
    assert reset(world, email=ASHA, otp=code).status_code == 200
    assert reset(world, email=ASHA, otp=code).json["code"] == "invalid_token"
    assert reset(world, token=token).json["code"] == "invalid_token"


def test_the_link_kills_the_code(world: World) -> None:
    world.person(email=ASHA)
    token, code = ask(world)
    assert reset(world, token=token).status_code == 200
    assert reset(world, email=ASHA, otp=code).json["code"] == "invalid_token"


def test_a_link_dies_when_the_password_changes(world: World) -> None:
    person = world.person(email=ASHA)
    token, _ = ask(world)
    world.post("/auth/changepassword", body(), by=person)
    assert reset(world, token=token).json["code"] == "invalid_token"


def test_a_link_dies_after_ten_minutes(world: World, monkeypatch) -> None:
    world.person(email=ASHA)
    token, _ = ask(world)
    later = __import__("time").time() + 601
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert tokens.read_reset(token) is None


def test_resetting_proves_the_mailbox_of_an_account_that_waited(world: World) -> None:
    world.post(
        "/auth/signup",
        {"firstName": "A", "lastName": "R", "email": ASHA, "password": PASSWORD, "confirmPassword": PASSWORD},
    )
    _, code = ask(world)
    assert reset(world, email=ASHA, otp=code).status_code == 200
    assert users.by_email(ASHA)["emailVerifiedAt"]
    assert can_log_in(world, NEW)


def test_a_code_for_another_purpose_does_not_reset(world: World) -> None:
    world.person(email=ASHA)
    assert reset(world, email=ASHA, otp=code_store.mint("login", ASHA)).json["code"] == "invalid_token"


def test_a_reset_needs_a_token_or_a_code(world: World) -> None:
    assert reset(world).json["code"] == "validation_failed"
    assert reset(world, email=ASHA).json["code"] == "validation_failed"
    assert reset(world, email="nobody@example.com", otp="123456").json["code"] == "invalid_token"


def test_asking_says_the_same_for_unknown_addresses(world: World) -> None:
    world.person(email=ASHA)
    known = world.post("/auth/resetpasswordtoken", {"email": ASHA})
    unknown = world.post("/auth/resetpasswordtoken", {"email": "nobody@example.com"})
    assert (known.status_code, known.json) == (unknown.status_code, unknown.json)
    world.run_jobs()
    assert world.inbox.to("nobody@example.com") == []


def test_codes_mailed_before_a_change_are_dead_after_it(world: World) -> None:
    person = world.person(email=ASHA)
    sign_in_code, reset_code = code_store.mint("login", ASHA), code_store.mint("reset", ASHA)
    assert world.post("/auth/changepassword", body(), by=person).status_code == 200
    assert reset(world, email=ASHA, otp=reset_code).json["code"] == "invalid_token"
    answer = world.post("/auth/verify-otp", {"email": ASHA, "otp": sign_in_code})
    assert answer.json["code"] == "invalid_otp"
