"""Administrators over the API: a password alone, or a mailbox alone, gives none of their powers."""

from typing import Any

import pyotp
import pytest
from werkzeug.test import TestResponse

from lms.controllers.accounts import users as decisions
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from tests.world import PASSWORD, Person, World, faults, refused

STEP = "/auth/secondstep"
CATEGORY = {"name": "Knots"}


def log_in(world: World, person: Person) -> TestResponse:
    answer = world.post("/auth/login", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    return answer


def by_mailed_code(world: World, person: Person) -> TestResponse:
    world.post("/auth/loginUser", {"email": person.email})
    world.run_jobs()
    answer = world.post("/auth/verify-otp", {"email": person.email, "otp": world.code_for(person.email)})
    assert answer.status_code == 200
    return answer


def with_authenticator(person: Person) -> pyotp.TOTP:
    secret = pyotp.random_base32()
    users.update({"_id": person.id}, {"$set": {"totp": {"secret": secret, "confirmedAt": now(), "lastStep": 0}}})
    return pyotp.TOTP(secret)


def wrong(code: str) -> str:
    return f"{(int(code) + 7) % 10**6:06d}"


def make_category(world: World, token: str) -> TestResponse:
    return world.post("/courses/createCategory", CATEGORY, by=token)


def test_a_password_alone_gives_no_administrators_powers(world: World, admin: Person, teacher: Person) -> None:
    course, other = world.course(teacher), world.person()
    answer = log_in(world, admin)
    assert (answer.json["secondStep"], answer.json["user"]["role"]) == ("code", "admin")
    token = answer.json["token"]
    for refusal in (
        make_category(world, token),
        world.get("/analytics", by=token),
        world.put(f"/courses/editCourse/{course.id}", {"title": "Mine"}, by=token),
        world.get(f"/profile/getUserDetails/{other.id}", by=token),
        world.put(f"/profile/updateProfile/{other.id}", {"bio": "Mine"}, by=token),
        world.delete(f"/profile/deleteAccount/{other.id}", {"password": PASSWORD}, by=token),
    ):
        assert refused(refusal) == (403, "second_step_required")
    assert refused(world.post("/payments/capturePayment", {"courses": []}, by=token)) == (403, "forbidden")
    assert world.get(f"/courses/getFullCourseDetails/{course.id}", by=token).status_code == 403
    assert world.get("/profile/getUserDetails/me", by=token).status_code == 200


def test_a_refresh_gives_them_neither(world: World, admin: Person) -> None:
    again = world.post("/auth/refresh", by=log_in(world, admin).json["refreshToken"])
    assert refused(make_category(world, again.json["token"])) == (403, "second_step_required")


def test_the_mailed_code_opens_them_for_this_sign_in_alone(world: World, admin: Person) -> None:
    token, elsewhere = log_in(world, admin).json["token"], log_in(world, admin).json["token"]
    world.run_jobs()
    taken = world.post(STEP, {"otp": world.code_for(admin.email)}, by=token)
    assert (taken.status_code, "secondStep" in taken.json, taken.json["user"]["id"]) == (200, False, str(admin.id))
    assert make_category(world, token).status_code == 201
    assert world.get("/analytics", by=taken.json["token"]).status_code == 200
    assert refused(make_category(world, elsewhere)) == (403, "second_step_required")
    assert refused(world.post(STEP, {"otp": "123456"}, by=token)) == (409, "no_second_step")


def test_the_authenticators_code_opens_them_once(world: World, admin: Person) -> None:
    totp = with_authenticator(admin)
    first, second = log_in(world, admin), log_in(world, admin)
    assert first.json["secondStep"] == "authenticator"
    code = totp.now()
    assert world.post(STEP, {"otp": code}, by=first.json["token"]).status_code == 200
    assert refused(world.post(STEP, {"otp": code}, by=second.json["token"])) == (400, "invalid_otp")
    world.run_jobs()
    assert world.inbox.to(admin.email) == []


def test_who_signed_in_by_a_mailed_code_gives_the_password(world: World, admin: Person) -> None:
    signed_in = by_mailed_code(world, admin).json
    assert signed_in["secondStep"] == "password"
    token = signed_in["token"]
    assert faults(world.post(STEP, {"otp": "123456"}, by=token)) == {"password"}
    assert refused(world.post(f"{STEP}/send", by=token)) == (409, "no_second_step")
    assert refused(world.post(STEP, {"password": "wrong"}, by=token)) == (400, "wrong_password")
    assert world.post(STEP, {"password": PASSWORD}, by=token).status_code == 200
    assert make_category(world, token).status_code == 201


def test_the_code_of_the_authenticator_does_for_them_too(world: World, admin: Person) -> None:
    totp = with_authenticator(admin)
    signed_in = by_mailed_code(world, admin).json
    assert signed_in["secondStep"] == "authenticator"
    assert faults(world.post(STEP, {"password": PASSWORD}, by=signed_in["token"])) == {"otp"}
    assert world.post(STEP, {"otp": totp.now()}, by=signed_in["token"]).status_code == 200


def test_five_wrong_codes_end_the_sign_in_and_are_told(world: World, admin: Person) -> None:
    token = log_in(world, admin).json["token"]
    world.run_jobs()
    code = world.code_for(admin.email)
    for _ in range(5):
        assert refused(world.post(STEP, {"otp": wrong(code)}, by=token)) == (400, "invalid_otp")
    assert refused(world.post(STEP, {"otp": code}, by=token)) == (401, "token_invalid")
    world.run_jobs()
    assert world.inbox.to(admin.email)[-1].subject == "Somebody tried to sign in as you"
    assert audit_log.count({"action": "staff.wrong_codes"}) == 1


def test_another_code_can_be_asked_for_but_not_at_once(world: World, admin: Person) -> None:
    token = log_in(world, admin).json["token"]
    assert world.post(f"{STEP}/send", by=token).status_code == 200
    assert refused(world.post(f"{STEP}/send", by=token)) == (429, "otp_too_soon")
    world.run_jobs()
    assert world.post(STEP, {"otp": world.code_for(admin.email)}, by=token).status_code == 200


def test_guesses_are_limited(world: World, admin: Person) -> None:
    totp = with_authenticator(admin)
    tries = []
    for _ in range(5):
        token = log_in(world, admin).json["token"]
        tries += [world.post(STEP, {"otp": wrong(totp.now())}, by=token).status_code for _ in range(5)]
    assert tries == [400] * 20 + [429] * 5


@pytest.mark.parametrize("role", ["student", "instructor"])
def test_nobody_else_has_one(world: World, role: Any) -> None:
    person = world.person(role)
    signed_in = log_in(world, person).json
    assert "secondStep" not in signed_in
    for answer in (world.post(STEP, {"otp": "123456"}, by=signed_in["token"]), world.post(f"{STEP}/send", by=person)):
        assert refused(answer) == (409, "no_second_step")


def test_who_is_made_an_administrator_signs_in_anew(world: World, learner: Person) -> None:
    token = log_in(world, learner).json["token"]
    decisions.change_role(learner.id, "admin", None)
    assert refused(make_category(world, token)) == (401, "token_invalid")
    assert log_in(world, learner).json["secondStep"] == "code"


def test_both_steps_are_on_record(world: World, admin: Person) -> None:
    token = log_in(world, admin).json["token"]
    world.run_jobs()
    world.post(STEP, {"otp": world.code_for(admin.email)}, by=token)
    rows = audit_log.find({}, sort=[("_id", 1)])
    assert [(row["action"], row["actor"], row["subject"]) for row in rows] == [
        ("api.sign_in", admin.id, str(admin.id)),
        ("api.second_step", admin.id, str(admin.id)),
    ]
    log_in(world, world.person())
    assert audit_log.count({}) == 2
