from datetime import timedelta
from typing import Literal
from unicodedata import normalize

import bcrypt
import pytest

from lms.controllers.accounts import otp_deliveries, otps
from lms.controllers.accounts import users as user_controller
from lms.models.accounts.otps import otps as requests
from lms.models.accounts.profiles import profiles
from lms.models.accounts.users import users
from lms.models.base import now
from lms.services.accounts import code_store
from tests.world import PASSWORD, World

ASHA = "asha@example.com"
OTHER_PASSWORD = "seven tall cedar trees"

Form = Literal["NFC", "NFD"]


def form(**fields: object) -> dict[str, object]:
    names = {"firstName": "Asha", "lastName": "Rao", "email": "Asha@Example.com"}
    return {**names, "password": PASSWORD, "confirmPassword": PASSWORD, **fields}


def sign_up_and_get_code(world: World, **fields: object) -> str:
    answer = world.post("/auth/signup", form(**fields))
    assert answer.status_code == 202, answer.json
    world.run_jobs()
    return world.code_for(ASHA)


def verify(world: World, code: str):
    return world.post("/auth/verifyotp", {"email": ASHA, "otp": code})


def log_in(world: World, password: str = PASSWORD, email: str = ASHA, **kwargs: object):
    return world.post("/auth/login", {"email": email, "password": password}, **kwargs)


def test_signing_up_waits_for_the_mailed_code(world: World) -> None:
    code = sign_up_and_get_code(world, contactNumber="+91 98765 43210")
    assert log_in(world).json["code"] == "email_unverified"
    verified = verify(world, code)
    assert verified.status_code == 200
    assert verified.json["user"]["role"] == "student"
    assert verified.json["user"]["courses"] == []
    me = world.get("/profile/getUserDetails/me", by=verified.json["token"]).json["data"]
    assert me["email"] == ASHA
    assert me["profile"]["contactNumber"] == "+91 98765 43210"
    assert log_in(world, email="ASHA@example.com").status_code == 200
    world.run_jobs()
    assert [mail.subject for mail in world.inbox.to(ASHA)] == [
        "Your code to confirm your e-mail address",
        "Welcome, Asha",
    ]
    assert profiles.get({"user": users.by_email(ASHA)["_id"]}).get("pendingUntil") is None


def test_signing_up_with_a_code_is_done_at_once(world: World) -> None:
    world.post("/auth/sendotp", {"email": ASHA})
    world.run_jobs()
    answer = world.post("/auth/signup", form(otp=world.code_for(ASHA), role="instructor"))
    assert answer.status_code == 201
    assert answer.json["user"]["role"] == "instructor"
    assert log_in(world).status_code == 200


def test_signing_up_with_a_wrong_code_creates_nothing(world: World) -> None:
    answer = world.post("/auth/signup", form(otp="000000"))
    assert (answer.status_code, answer.json["code"]) == (400, "invalid_otp")
    assert users.by_email(ASHA) is None


def test_a_taken_address_is_told_only_to_who_proves_the_mailbox(world: World) -> None:
    world.person(email=ASHA)
    unproven = world.post("/auth/signup", form())
    fresh = world.post("/auth/signup", form(email="new@example.com"))
    assert (unproven.status_code, unproven.json) == (fresh.status_code, fresh.json)
    world.run_jobs()
    assert world.inbox.to(ASHA)[-1].subject == "You already have an account"
    code = code_store.mint("signup", ASHA)
    proven = world.post("/auth/signup", form(otp=code))
    assert (proven.status_code, proven.json["code"]) == (409, "email_taken")


def test_a_password_given_before_by_somebody_else_is_not_kept(world: World) -> None:
    world.post("/auth/signup", form(password=OTHER_PASSWORD, confirmPassword=OTHER_PASSWORD))

    allow_another_code(world)
    code = sign_up_and_get_code(world)
    verified = verify(world, code)
    assert "Forgot password" in verified.json["message"]
    assert log_in(world, OTHER_PASSWORD).json["code"] == "invalid_credentials"
    assert log_in(world, PASSWORD).json["code"] == "invalid_credentials"


def test_signing_up_again_with_the_same_password_keeps_it(world: World) -> None:
    sign_up_and_get_code(world)
    allow_another_code(world)
    assert verify(world, sign_up_and_get_code(world)).status_code == 200
    assert log_in(world).status_code == 200


def allow_another_code(world: World) -> None:
    """Let the thirty seconds between two codes be over."""
    from lms.extensions import mongo

    mongo.db.limitWindows.delete_many({"_id": {"$regex": "resend"}})


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"password": "short", "confirmPassword": "short"}, "password"),
        ({"password": "ä" * 37, "confirmPassword": "ä" * 37}, "password"),
        ({"password": "password", "confirmPassword": "password"}, "password"),
        ({"password": "TRUSTNO1", "confirmPassword": "TRUSTNO1"}, "password"),
        ({"confirmPassword": "another password"}, "confirmPassword"),
        ({"email": "not an address"}, "email"),
        ({"role": "admin"}, "role"),
        ({"firstName": "  "}, "firstName"),
        ({"firstName": "A\u0000"}, "firstName"),
        ({"isAdmin": True}, "isAdmin"),
        ({"emailVerifiedAt": "2020-01-01"}, "emailVerifiedAt"),
        ({"contactNumber": "call me"}, "contactNumber"),
        ({"otp": "12345"}, "otp"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_kept(world: World, fields: dict[str, object], field: str) -> None:
    answer = world.post("/auth/signup", form(**fields))
    assert (answer.status_code, answer.json["code"]) == (400, "validation_failed")
    assert list(answer.json["errors"]) == [field]
    assert users.count({}) == 0


def test_72_bytes_are_a_password(world: World) -> None:
    longest = "ä" * 36
    assert world.post("/auth/signup", form(password=longest, confirmPassword=longest)).status_code == 202


def test_signing_in_says_the_same_of_unknown_addresses_and_wrong_passwords(world: World) -> None:
    world.person(email=ASHA)
    wrong, unknown = log_in(world, "wrong"), log_in(world, email="nobody@example.com")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["code"] == "invalid_credentials"


def test_a_suspended_account_is_told_so_only_with_the_right_password(world: World) -> None:
    person = world.person(email=ASHA)
    user_controller.suspend(person.id, "Spam.")
    assert log_in(world, "wrong").json["code"] == "invalid_credentials"
    right = log_in(world)
    assert (right.status_code, right.json["code"]) == (403, "account_suspended")


def test_signing_in_lists_the_courses_attended(world: World) -> None:
    person, course = world.person(email=ASHA), world.course(world.person("instructor"))
    world.enroll(person, course)
    assert log_in(world).json["user"]["courses"] == [str(course.id)]


def test_ten_sign_ins_in_fifteen_minutes_from_one_place(world: World) -> None:
    world.person(email=ASHA)
    for _ in range(10):
        assert log_in(world, "wrong", address="203.0.113.7").status_code == 401
    refused = log_in(world, address="203.0.113.7")
    assert (refused.status_code, refused.json["code"]) == (429, "rate_limited")
    assert 800 <= int(refused.headers["Retry-After"]) <= 900
    assert log_in(world, address="203.0.113.8").status_code == 200


def test_sign_ins_from_everywhere_together_are_limited_too(world: World, settings) -> None:
    settings(logins_per_account="30 per hour")
    for _ in range(30):
        assert log_in(world, "wrong").status_code == 401
    assert log_in(world, "wrong").status_code == 429


def test_refreshing_rotates_and_reuse_ends_the_family(world: World) -> None:
    person = world.person()
    first = world.post("/auth/refresh", by=person.refresh_token)
    assert first.status_code == 200
    assert world.get("/auth/sessions", by=first.json["token"]).status_code == 200
    again = world.post("/auth/refresh", by=person.refresh_token)
    assert (again.status_code, again.json["code"]) == (401, "token_invalid")
    assert world.post("/auth/refresh", by=first.json["refreshToken"]).status_code == 401
    assert world.get("/auth/sessions", by=first.json["token"]).status_code == 401


def test_an_access_token_does_not_refresh_and_a_refresh_token_does_not_sign_in(world: World) -> None:
    person = world.person()
    assert world.post("/auth/refresh", by=person.token).json["code"] == "token_invalid"
    assert world.get("/auth/sessions", by=person.refresh_token).json["code"] == "token_invalid"
    assert world.post("/auth/refresh").json["code"] == "not_signed_in"


def test_signing_out_kills_both_tokens_at_once(world: World) -> None:
    person = world.person()
    assert world.post("/auth/logout", by=person).status_code == 200
    assert world.get("/auth/sessions", by=person).json["code"] == "token_invalid"
    assert world.post("/auth/refresh", by=person.refresh_token).status_code == 401


def test_signing_out_ends_another_session_by_its_refresh_token(world: World) -> None:
    person = world.person(email=ASHA)
    other = log_in(world).json
    assert world.post("/auth/logout", {"refreshToken": other["refreshToken"]}, by=person).status_code == 200
    assert world.get("/auth/sessions", by=other["token"]).status_code == 401


def test_nobodys_refresh_token_ends_nothing_of_others(world: World) -> None:
    mine, other = world.person(), world.person()
    assert world.post("/auth/logout", {"refreshToken": other.refresh_token}, by=mine).status_code == 200
    assert world.get("/auth/sessions", by=other).status_code == 200


def test_suspension_and_role_are_felt_by_the_very_next_request(world: World) -> None:
    person = world.person("instructor")
    assert world.get("/courses/getInstructorCourses", by=person).status_code == 200
    user_controller.change_role(person.id, "student", None)
    assert world.get("/courses/getInstructorCourses", by=person).json["code"] == "forbidden"
    user_controller.suspend(person.id, "Spam.")
    assert world.get("/auth/sessions", by=person).json["code"] == "token_invalid"


def test_an_account_that_staff_removed_does_not_come_back_by_signing_in(world: World) -> None:
    person, staff = world.person(email=ASHA), world.person("admin")
    assert world.delete(f"/profile/deleteAccount/{person.id}", {"password": PASSWORD}, by=staff).status_code == 202
    assert log_in(world).json["code"] == "account_suspended"


def test_a_sign_in_does_not_outlive_a_change_made_while_it_ran(world: World) -> None:
    person = world.person(email=ASHA)
    read_before = users.by_email(ASHA)
    users.set_password(person.id, "another hash", credentialsChangedAt=read_before["credentialsChangedAt"])
    assert users.sign_in(read_before) is None
    read_before = users.by_email(ASHA)
    user_controller.suspend(person.id, "Spam.")
    assert users.sign_in(read_before) is None


def test_sign_ins_during_a_reset_do_not_survive_it(world: World, settings) -> None:
    settings(bcrypt_rounds=10)
    person = world.person(email=ASHA)
    code = code_store.mint("reset", ASHA)
    change = {"email": ASHA, "otp": code, "password": OTHER_PASSWORD, "confirmPassword": OTHER_PASSWORD}
    calls = [("POST", "/auth/resetpassword", change, None)]
    calls += [("POST", "/auth/login", {"email": ASHA, "password": PASSWORD}, None)] * 8
    reset, *sign_ins = world.together(*calls)
    assert reset.status_code == 200
    for answer in sign_ins:
        if answer.status_code == 200:
            assert world.get("/auth/sessions", by=answer.json["token"]).status_code == 401
    assert world.get("/auth/sessions", by=person).status_code == 401


def test_whoever_proves_the_mailbox_by_a_sign_in_code_gets_no_strangers_password_or_role(world: World) -> None:
    world.post("/auth/signup", form(role="instructor"))
    allow_another_code(world)
    world.post("/auth/loginUser", {"email": ASHA})
    world.run_jobs()
    proven = world.post("/auth/verify-otp", {"email": ASHA, "otp": world.code_for(ASHA)})
    assert (proven.status_code, proven.json["user"]["role"]) == (200, "student")
    assert log_in(world).json["code"] == "invalid_credentials"


@pytest.mark.parametrize("ask", ["/auth/sendotp", "/auth/loginUser", "/auth/resetpasswordtoken"])
def test_nothing_of_a_planted_sign_up_counts_for_a_code_that_it_did_not_send(world: World, ask: str) -> None:
    planted = form(role="instructor", firstName="Planted", lastName="Name", contactNumber="+91 98765 43210")
    world.post("/auth/signup", planted)
    world.run_jobs()
    allow_another_code(world)
    world.post(ask, {"email": ASHA})
    world.run_jobs()
    code = world.code_for(ASHA)
    if ask == "/auth/resetpasswordtoken":
        change = {"email": ASHA, "otp": code, "password": OTHER_PASSWORD, "confirmPassword": OTHER_PASSWORD}
        assert world.post("/auth/resetpassword", change).status_code == 200
        token = log_in(world, OTHER_PASSWORD).json["token"]
    else:
        purpose = "login" if ask == "/auth/loginUser" else "signup"
        proven = world.post("/auth/verifyotp", {"email": ASHA, "otp": code, "purpose": purpose})
        assert "Forgot password" in proven.json["message"]
        token = proven.json["token"]
    assert log_in(world).json["code"] == "invalid_credentials"
    me = world.get("/profile/getUserDetails/me", by=token).json["data"]
    assert (me["role"], me["name"], me["profile"]["contactNumber"]) == ("student", "New member", None)


def test_a_sign_up_made_while_a_code_is_handed_in_is_not_proven_by_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, prove = sign_up_and_get_code(world), otps._prove
    allow_another_code(world)

    def planted_first(*args: object) -> object:
        world.post("/auth/signup", form(password=OTHER_PASSWORD, confirmPassword=OTHER_PASSWORD))
        return prove(*args)

    monkeypatch.setattr(otps, "_prove", planted_first)
    assert verify(world, code).status_code == 200
    assert log_in(world, OTHER_PASSWORD).json["code"] == "invalid_credentials"
    assert log_in(world).json["code"] == "invalid_credentials"


def test_a_sign_ups_code_that_staff_sent_again_counts_for_it(world: World) -> None:
    sign_up_and_get_code(world)
    first = requests.find({"email": ASHA})[0]["_id"]
    requests.update({"_id": first}, {"$set": {"createdAt": now() - timedelta(minutes=1)}})
    otp_deliveries.send_again(first)
    world.run_jobs()
    assert verify(world, world.code_for(ASHA)).status_code == 200
    assert log_in(world).status_code == 200


def test_a_password_of_72_bytes_is_not_right_with_more_behind_it(world: World) -> None:
    longest = "ä" * 36
    code = sign_up_and_get_code(world, password=longest, confirmPassword=longest)
    verify(world, code)
    assert log_in(world, longest).status_code == 200
    assert log_in(world, longest + "x").json["code"] == "invalid_credentials"


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
@pytest.mark.parametrize("first", ["NFC", "NFD"])
def test_a_password_is_the_same_however_its_letters_are_composed(world: World, first: Form, typed: Form) -> None:
    password = "café am grünen\u00a0Ufer"
    given = {name: normalize(first, password) for name in ("password", "confirmPassword")}
    verify(world, sign_up_and_get_code(world, **given))
    assert log_in(world, normalize(typed, password).replace("\u00a0", "\u3000")).status_code == 200
    assert log_in(world, "cafe am grunen Ufer").json["code"] == "invalid_credentials"


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
@pytest.mark.parametrize("first", ["NFC", "NFD"])
def test_a_hash_made_of_a_password_as_it_came_keeps_working(world: World, first: Form, typed: Form) -> None:
    person = world.person(email=ASHA)
    older = bcrypt.hashpw(normalize(first, "café au\u00a0lait").encode(), bcrypt.gensalt(4)).decode()
    users.update({"_id": person.id}, {"$set": {"passwordHash": older}})
    assert log_in(world, normalize(typed, "café au\u00a0lait")).status_code == 200
    assert log_in(world, "cafe au lait").json["code"] == "invalid_credentials"


@pytest.mark.parametrize("password", ["a quiet\nharbour", "a quiet\tharbour", "a quiet harbour\x1b"])
def test_a_new_password_holds_no_control_characters(world: World, password: str) -> None:
    answer = world.post("/auth/signup", form(password=password, confirmPassword=password))
    sentence = "A password cannot contain line breaks, tabs or other control characters."
    assert answer.json["errors"] == {"password": sentence}


@pytest.mark.parametrize("pasted", ["blanks", "lines", "halves", "invisible", "wide", "persian"])
def test_a_code_counts_as_it_is_pasted(world: World, pasted: str) -> None:
    code = sign_up_and_get_code(world)
    forms = {
        "blanks": f"{code} ",
        "lines": f"    {code}\r\n",
        "halves": f"{code[:3]} {code[3:]}",
        "invisible": f"\u200b{code}\ufeff",
        "wide": "".join(chr(ord(each) + 0xFEE0) for each in code),
        "persian": "".join(chr(ord(each) + 0x6C0) for each in code),
    }
    assert verify(world, forms[pasted]).status_code == 200


def test_a_code_with_dashes_counts_and_one_with_letters_does_not(world: World) -> None:
    code = sign_up_and_get_code(world)
    assert verify(world, f"{code[:3]}x{code[3:]}").json["errors"] == {"otp": "A code is six digits."}
    assert verify(world, f"{code[:3]}\u2013{code[3:5]}-{code[5:]}").status_code == 200


@pytest.mark.parametrize(
    "email", ["asha@example.com\u200b", "\u2068asha@example.com\u2069", "\ufeffasha@exam\xadple.com "]
)
def test_what_nobody_sees_of_an_address_does_not_count(world: World, email: str) -> None:
    world.person(email=ASHA)
    assert log_in(world, email=email).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+91 98765 43210 ", "+91 98765 43210"),
        ("\u202a+91\xa098765\u201343210\u202c", "+91 98765-43210"),
        ("(080) 2345-6789", "(080) 2345-6789"),
        ("+९१ ९८७६५ ४३२१०", "+91 98765 43210"),
    ],
)
def test_a_number_is_kept_as_it_can_be_dialled(world: World, typed: str, kept: str) -> None:
    person = world.person()
    answer = world.put("/profile/updateProfile/me", {"contactNumber": typed}, by=person)
    assert answer.json["data"]["profile"]["contactNumber"] == kept


def test_what_has_not_its_form_is_told_which_it_is(world: World) -> None:
    answer = world.post("/auth/signup", form(contactNumber="call me", otp="12345"))
    assert answer.json["errors"] == {
        "contactNumber": "A number is 7 to 22 digits, with blanks, dashes or brackets between them and + before.",
        "otp": "A code is six digits.",
    }


def test_an_untouched_contact_number_counts_as_none(world: World) -> None:
    assert world.post("/auth/signup", form(contactNumber="")).status_code == 202


@pytest.mark.parametrize(
    ("name", "character"),
    [
        ("go to https://evil.example", ":"),
        ("a@b", "@"),
        ("evil.example/x", "/"),
        ("=?utf-8?q?x?=", "=?"),
        ("a\\b", "\\"),
    ],
)
def test_a_name_is_no_place_for_addresses(world: World, name: str, character: str) -> None:
    answer = world.post("/auth/signup", form(firstName=name))
    assert answer.json["errors"] == {"firstName": f"A name cannot contain {character}"}


@pytest.mark.parametrize("name", ["\u3164", "\u200b", "\u200d\u200d", "\u2800"])
def test_a_name_of_nothing_visible_is_refused(world: World, name: str) -> None:
    answer = world.post("/auth/signup", form(firstName=name, lastName=name))
    assert answer.json["errors"] == {"firstName": "This cannot be empty."}


@pytest.mark.parametrize("names", [{"lastName": ""}, {"lastName": " "}, {"lastName": "\u3164"}, {}])
def test_people_with_one_name_sign_up_with_it(world: World, names: dict[str, str]) -> None:
    given = {**form(firstName="Sujatha"), **names}
    if not names:
        del given["lastName"]
    assert world.post("/auth/signup", given).status_code == 202
    world.run_jobs()
    answer = verify(world, world.code_for(ASHA))
    assert (answer.json["user"]["name"], answer.json["user"]["lastName"]) == ("Sujatha", "")


@pytest.mark.parametrize("name", ["Zoë-Marie", "O'Brien", "क्‍षेत्रपाल", "李", "<b>x", "std::vector<int>", "A <3 B"])
def test_names_of_all_peoples_are_names(world: World, name: str) -> None:
    assert world.post("/auth/signup", form(firstName=name)).status_code == 202


def test_sign_ins_are_limited_by_network_address_too(world: World, settings) -> None:
    settings(logins_per_address="30 per 15 minutes")
    for number in range(30):
        email = f"p{number}@example.com"
        assert log_in(world, "wrong", email=email, address=f"2001:db8::{number + 1:x}").status_code == 401
    assert log_in(world, "wrong", email="q@example.com", address="2001:db8::ffff").status_code == 429
    assert log_in(world, "wrong", email="q@example.com", address="2001:db8:0:1::1").status_code == 401
