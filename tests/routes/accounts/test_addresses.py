"""Changing the e-mail address of an account, and taking the account back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.controllers.accounts import erasure
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from lms.models.system.limit_windows import limit_windows
from lms.services.accounts import tokens
from tests.staff import signed_in, staff
from tests.world import PASSWORD, Person, World, faults, refused

OLD, NEW = "asha@example.com", "asha@example.org"
CHANGE, CONFIRM, UNDO = "/auth/changeemail", "/auth/changeemail/confirm", "/auth/changeemail/undo"


@pytest.fixture
def asha(world: World) -> Person:
    return world.person(email=OLD, firstName="Asha")


def ask(world: World, person: Person, email: str = NEW, **proof: Any) -> str:
    """The code that the new address is mailed."""
    limit_windows.raw.delete_many({})
    answer = world.post(CHANGE, {"newEmail": email, **(proof or {"password": PASSWORD})}, by=person)
    assert (answer.status_code, answer.json["data"]["expiresIn"]) == (200, 300)
    world.run_jobs()
    return world.code_for(email)


def confirm(world: World, person: Person, code: str, email: str = NEW) -> TestResponse:
    return world.post(CONFIRM, {"newEmail": email, "otp": code}, by=person)


def move(world: World, person: Person, email: str = NEW) -> None:
    assert confirm(world, person, ask(world, person, email), email).status_code == 200
    world.run_jobs()


def link(world: World, email: str = OLD) -> str:
    """The token of the notice to an old address."""
    mail = next(each for each in reversed(world.inbox.to(email)) if "was changed" in each.subject)
    found = re.search(r"/undo-email-change/(\S+)", mail.text)
    assert found is not None
    assert found[1] in mail.html
    return found[1]


def log_in(world: World, email: str) -> int:
    return world.post("/auth/login", {"email": email, "password": PASSWORD}).status_code


def test_the_code_to_the_new_address_changes_it(world: World, asha: Person) -> None:
    elsewhere = world.post("/auth/login", {"email": OLD, "password": PASSWORD}).json["token"]
    code = ask(world, asha)
    assert world.get("/profile/getUserDetails/me", by=asha).json["data"]["email"] == OLD
    answer = confirm(world, asha, code)
    assert answer.status_code == 200
    assert tokens._read_device(answer.json["deviceToken"], NEW)
    assert world.get("/profile/getUserDetails/me", by=asha).json["data"]["email"] == NEW
    assert world.get("/auth/sessions", by=elsewhere).status_code == 401
    assert (log_in(world, NEW), log_in(world, OLD)) == (200, 401)
    stored = users.by_id(asha.id)
    assert stored is not None
    assert "asha@example.org" in stored["searchText"]
    assert OLD not in stored["searchText"]


def test_what_was_mailed_before_ends(world: World, asha: Person) -> None:
    world.post("/auth/loginUser", {"email": OLD})
    world.run_jobs()
    to_sign_in = world.code_for(OLD)
    world.post("/auth/resetpasswordtoken", {"email": OLD})
    limit_windows.raw.delete_many({})
    world.post("/auth/resetpasswordtoken", {"email": OLD})
    world.run_jobs()
    reset = re.search(r"/update-password/(\S+)", world.inbox.to(OLD)[-1].text)
    assert reset is not None
    move(world, asha)
    new = {"password": "nine slow yellow boats", "confirmPassword": "nine slow yellow boats"}
    assert refused(world.post("/auth/resetpassword", {**new, "token": reset[1]})) == (400, "invalid_token")
    for email in (OLD, NEW):
        assert refused(world.post("/auth/verify-otp", {"email": email, "otp": to_sign_in})) == (400, "invalid_otp")


def test_an_account_without_a_password_proves_itself_by_a_code(world: World, asha: Person) -> None:
    users.raw.update_one({"_id": asha.id}, {"$unset": {"passwordHash": ""}})
    assert refused(world.post(CHANGE, {"newEmail": NEW, "password": "x"}, by=asha)) == (400, "wrong_password")
    world.post("/auth/loginUser", {"email": OLD})
    world.run_jobs()
    assert confirm(world, asha, ask(world, asha, otp=world.code_for(OLD))).status_code == 200


def test_who_asks_has_to_be_the_owner_and_to_mean_another_address(world: World, asha: Person) -> None:
    for body, refusal in (
        ({"newEmail": NEW, "password": "wrong"}, (400, "wrong_password")),
        ({"newEmail": NEW, "otp": "123456"}, (400, "invalid_otp")),
        ({"newEmail": OLD.upper(), "password": PASSWORD}, (400, "same_email")),
    ):
        limit_windows.raw.delete_many({})
        assert refused(world.post(CHANGE, body, by=asha)) == refusal
    assert faults(world.post(CHANGE, {"newEmail": NEW}, by=asha)) == {"password"}
    assert faults(world.post(CHANGE, {"newEmail": "asha", "password": PASSWORD}, by=asha)) == {"newEmail"}
    world.run_jobs()
    assert world.inbox.to(NEW) == []


def test_an_administrator_takes_the_second_step_first(world: World, admin: Person) -> None:
    token = world.post("/auth/login", {"email": admin.email, "password": PASSWORD}).json["token"]
    body = {"newEmail": NEW, "password": PASSWORD}
    assert refused(world.post(CHANGE, body, by=token)) == (403, "second_step_required")
    answer = world.post(CONFIRM, {"newEmail": NEW, "otp": "123456"}, by=token)
    assert refused(answer) == (403, "second_step_required")


def test_a_taken_address_is_told_so_by_mail_alone(world: World, asha: Person) -> None:
    other = world.person(email=NEW)
    answers = [world.post(CHANGE, {"newEmail": each, "password": PASSWORD}, by=asha) for each in (NEW, "free@e.org")]
    assert len({answer.data for answer in answers}) == 1
    world.run_jobs()
    [mail] = world.inbox.to(other.email)
    assert mail.subject == "This address has an account already"
    assert not re.search(r"\d{6}", mail.text)


def test_a_code_is_good_for_one_account_and_one_address(world: World, asha: Person, learner: Person) -> None:
    code = ask(world, asha)
    assert refused(confirm(world, learner, code)) == (400, "invalid_otp")
    assert refused(confirm(world, asha, code, "elsewhere@example.org")) == (400, "invalid_otp")
    assert refused(confirm(world, asha, code)) == (400, "invalid_otp")
    assert log_in(world, OLD) == 200


def test_a_new_password_ends_the_code(world: World, asha: Person) -> None:
    code, new = ask(world, asha), "nine slow yellow boats"
    body = {"oldPassword": PASSWORD, "newPassword": new, "confirmNewPassword": new}
    assert world.post("/auth/changepassword", body, by=asha).status_code == 200
    assert refused(confirm(world, asha, code)) == (400, "invalid_otp")


def test_of_two_who_confirm_the_same_address_one_has_it(world: World, asha: Person, learner: Person) -> None:
    codes = {person.email: ask(world, person) for person in (asha, learner)}
    calls = [("POST", CONFIRM, {"newEmail": NEW, "otp": codes[who.email]}, who) for who in (asha, learner)]
    answers = world.together(*calls)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert refused(next(each for each in answers if each.status_code == 409)) == (409, "email_taken")
    assert users.count({"email": NEW}) == 1


def test_a_sign_up_that_waits_does_not_hold_the_address(world: World, asha: Person) -> None:
    form = {"firstName": "Eve", "email": NEW, "password": PASSWORD, "confirmPassword": PASSWORD}
    assert world.post("/auth/signup", form).status_code == 202
    world.run_jobs()
    [waiting] = users.find({"email": NEW})
    move(world, asha)
    assert (users.count({"_id": waiting["_id"]}), profiles.count({"user": waiting["_id"]})) == (0, 0)


def test_the_old_address_can_take_the_account_back(world: World, asha: Person) -> None:
    move(world, asha)
    signed_in_anew = world.post("/auth/login", {"email": NEW, "password": PASSWORD}).json["token"]
    assert world.post(UNDO, {"token": link(world)}).status_code == 200
    for token in (asha.token, signed_in_anew):
        assert world.get("/auth/sessions", by=token).status_code == 401
    assert (log_in(world, NEW), log_in(world, OLD)) == (401, 401)
    world.run_jobs()
    assert world.inbox.to(OLD)[-1].subject == "Choose a new password"
    new = {"password": "nine slow yellow boats", "confirmPassword": "nine slow yellow boats"}
    assert world.post("/auth/resetpassword", {**new, "email": OLD, "otp": world.code_for(OLD)}).status_code == 200
    answer = world.post("/auth/login", {"email": OLD, "password": new["password"]})
    assert answer.json["user"]["id"] == str(asha.id)
    assert refused(world.post(UNDO, {"token": link(world)})) == (400, "invalid_token")


def test_the_first_address_has_the_last_word(world: World, asha: Person) -> None:
    move(world, asha)
    move(world, asha, "third@example.net")
    later = link(world, NEW)
    assert world.post(UNDO, {"token": link(world)}).status_code == 200
    assert refused(world.post(UNDO, {"token": later})) == (400, "invalid_token")


def test_going_back_leaves_no_way_to_take_the_account_behind(world: World, asha: Person) -> None:
    move(world, asha)
    move(world, asha, OLD)
    notice = world.inbox.to(NEW)[-1]
    assert notice.subject == "The e-mail address of your account was changed"
    assert "undo-email-change" not in notice.text
    assert users.by_id(asha.id)["formerAddresses"] == []  # type: ignore[index]


def test_it_can_for_seven_days_and_with_the_right_link(world: World, asha: Person) -> None:
    move(world, asha)
    token = link(world)
    for wrong in ("x", token[:-1], tokens.take_back(asha.id, "other@example.com")):
        assert refused(world.post(UNDO, {"token": wrong})) == (400, "invalid_token")
    users.raw.update_one({"_id": asha.id}, {"$set": {"formerAddresses.0.until": now() - timedelta(seconds=1)}})
    assert refused(world.post(UNDO, {"token": token})) == (400, "invalid_token")


def test_an_address_that_somebody_has_by_now_is_not_taken_from_them(world: World, asha: Person) -> None:
    move(world, asha)
    world.person(email=OLD)
    assert refused(world.post(UNDO, {"token": link(world)})) == (409, "email_taken")
    assert log_in(world, NEW) == 200


def test_staff_see_it_in_the_history(world: World, asha: Person) -> None:
    move(world, asha)
    world.post(UNDO, {"token": link(world)})
    rows = audit_log.history("users", asha.id)
    assert {row["action"] for row in rows} == {"user.change_email", "user.take_back_email"}
    changed = next(row for row in rows if row["action"] == "user.change_email")
    assert (changed["before"], changed["after"]) == ({"email": OLD}, {"email": NEW})
    assert (changed["actor"], changed["actorRole"]) == (asha.id, "user")
    assert "user.change_email" in staff(world).get(f"/admin/users/{asha.id}").text


def test_it_ends_what_staff_have_open_at_their_pages(world: World) -> None:
    person = world.person("admin", email=OLD)
    browser = signed_in(world, person)
    assert browser.get("/admin/").status_code == 200
    limit_windows.raw.delete_many({})
    move(world, person)
    assert browser.get("/admin/").status_code == 303
    assert audit_log.count({"action": "user.change_email", "actorRole": "admin"}) == 1


def test_erasure_takes_the_former_address_too(world: World, asha: Person) -> None:
    move(world, asha)
    ask(world, asha, "third@example.net")
    users.raw.update_one({"_id": asha.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()
    assert otps.count({}) == 0
    for row in [*users.raw.find({"_id": asha.id}), *audit_log.find({})]:
        assert not any(each in str(row) for each in (OLD, NEW))


def test_asking_and_guessing_are_limited(world: World, asha: Person) -> None:
    asked = [
        world.post(CHANGE, {"newEmail": f"{each}@example.org", "password": "wrong"}, by=asha).status_code
        for each in range(11)
    ]
    assert asked == [400] * 10 + [429]
    guessed = [confirm(world, asha, "123456", f"{each}@example.org").status_code for each in range(21)]
    assert guessed == [400] * 20 + [429]


def test_one_address_is_not_sent_code_after_code(world: World, asha: Person) -> None:
    def again() -> TestResponse:
        return world.post(CHANGE, {"newEmail": NEW, "password": PASSWORD}, by=asha, address="10.9.9.9")

    assert again().status_code == 200
    assert refused(again()) == (429, "otp_too_soon")
