from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from lms.controllers.accounts import user_files
from lms.models.accounts.otps import otps
from lms.models.accounts.profiles import profiles
from lms.models.accounts.sessions import sessions
from lms.models.accounts.staff_sessions import staff_sessions
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from tests.staff import notices, rows, signed_in, soup, staff
from tests.world import PASSWORD, World

USERS = "/admin/users/"


def found(page: BeautifulSoup) -> list[str]:
    return [row[1] for row in rows(page)]


def seen(page: BeautifulSoup) -> str:
    field = page.find(attrs={"name": "seen"})
    assert field is not None
    return str(field["value"])


@pytest.mark.parametrize(
    "query",
    [
        "ZoË",
        "oe mül",
        "müller",
        "muller",
        "ZOE-M",
        "e-m@exam",
        "muller zoe",
        "@example.net",
        "  zoe\u0301  ",
        "\x00zoe",
    ],
)
def test_people_are_found_by_any_part_of_their_names_and_address(world: World, query: str) -> None:
    world.person(firstName="Zoë", lastName="Müller", email="zoe-m@example.net")
    browser = staff(world, "support")
    answer = browser.get(USERS, query_string={"search": query})
    assert found(soup(answer)) == ["zoe-m@example.net"]


@pytest.mark.parametrize("query", ["zoey", ".*", "zo.", "(", "\\", "$", "zoe asha", "ज़ोए"])
def test_what_is_in_no_name_or_address_finds_nobody(world: World, query: str) -> None:
    world.person(firstName="Zoë", lastName="Müller", email="zoe-m@example.net")
    assert found(soup(staff(world).get(USERS, query_string={"search": query}))) == []


def test_a_new_name_is_found_at_once_and_the_old_one_no_longer(world: World) -> None:
    person = world.person(firstName="Meera")
    world.put(f"/profile/updateProfile/{person.id}", {"lastName": "Kulkarni"}, by=person)
    browser = staff(world)
    assert found(browser.page(f"{USERS}?search=meera kulk")) == [person.email]
    assert found(browser.page(f"{USERS}?search=meera sharma")) == []


def test_who_has_just_signed_up_is_found(world: World) -> None:
    body = {"firstName": "Ravi", "lastName": "Joshi", "email": "ravi@example.com", "password": "a quiet green harbour"}
    world.post("/auth/signup", body | {"confirmPassword": body["password"]})
    assert found(staff(world).page(f"{USERS}?search=avi jos")) == ["ravi@example.com"]


def test_a_page_shows_what_somebody_has_here(world: World) -> None:
    person = world.person(firstName="Meera", totp={"secret": "x", "confirmedAt": now(), "lastStep": 0})
    profiles.set(person.id, {"contactNumber": "+91 98765 43210", "dateOfBirth": "1990-05-04"})
    world.enroll(person, world.course(world.person("instructor"), title="Knots and bends"))
    sessions.open(person.id, "student", "A telephone", "203.0.113.7")
    world.post("/auth/sendotp", {"email": person.email, "purpose": "login"})
    text = staff(world, "support").page(f"{USERS}{person.id}").get_text(" ")
    for shown in ("+91 98765 43210", "1990-05-04", "Knots and bends", "A telephone", "203.0.113.7", "queued"):
        assert shown in text
    assert {"passwordHash", "totp"} & set(user_files.user_file(person.id)["user"]) == set()


def test_suspending_and_restoring_by_the_page(world: World) -> None:
    person = world.person()
    browser = staff(world, "support")
    address = f"{USERS}{person.id}"
    page = browser.page(address)
    after = browser.act(f"{address}/suspend", {"reason": "Spam.", "seen": seen(page)})
    assert notices(after) == ["The account is suspended, and its owner is told why."]
    assert world.get("/auth/sessions", by=person).status_code == 401
    [row] = audit_log.history("users", person.id)
    assert (row["action"], row["reason"], row["actorRole"], row["address"]) == (
        "user.suspend",
        "Spam.",
        "support",
        browser.address,
    )
    browser.act(f"{address}/restore", {"reason": "Sorry.", "seen": seen(after)})
    assert users.get({"_id": person.id})["status"] == "active"  # type: ignore[index]


def test_a_decision_on_a_page_that_is_out_of_date_is_refused(world: World) -> None:
    person = world.person()
    first, second = staff(world), staff(world)
    address = f"{USERS}{person.id}"
    shown = seen(second.page(address))
    first.act(f"{address}/suspend", {"reason": "Spam.", "seen": seen(first.page(address))})
    answer = second.post(f"{address}/role", {"role": "admin", "reason": "Ours.", "seen": shown})
    assert answer.status_code == 409
    assert "changed this meanwhile" in notices(soup(answer))[0]
    assert users.get({"_id": person.id})["role"] == "student"  # type: ignore[index]


def test_signing_somebody_out_everywhere(world: World) -> None:
    person = world.person(staffRole="moderator")
    theirs = signed_in(world, person)
    staff(world).act(f"{USERS}{person.id}/sign-out")
    assert world.get("/auth/sessions", by=person).status_code == 401
    assert theirs.get("/admin/").status_code == 303


def test_a_role_changes_with_the_very_next_request(world: World) -> None:
    person = world.person()
    browser = staff(world)
    address = f"{USERS}{person.id}"

    def become(role: str, appointed: str = "") -> None:
        form = {"role": role, "staffRole": appointed, "reason": "Why not.", "seen": seen(browser.page(address))}
        browser.act(f"{address}/role", form)

    become("instructor")
    assert world.get("/courses/getInstructorCourses", by=person).status_code == 200
    become("student", "support")
    assert world.get("/courses/getInstructorCourses", by=person).status_code == 403
    theirs = signed_in(world, person)
    assert theirs.get(USERS).status_code == 200
    become("student", "moderator")
    assert theirs.get(USERS).status_code == 303
    actions = [row["after"] for row in audit_log.history("users", person.id)]
    assert actions[-1] == {"role": "instructor"}
    assert actions[1] == {"role": "student", "staffRole": "support"}


def test_who_gains_rights_stays_signed_in(world: World) -> None:
    person = world.person(staffRole="support")
    theirs = signed_in(world, person)
    browser = staff(world)
    form = {"role": "admin", "reason": "Head.", "seen": seen(browser.page(f"{USERS}{person.id}"))}
    browser.act(f"{USERS}{person.id}/role", form)
    assert theirs.get("/admin/audit/").status_code == 200
    assert "staffRole" not in users.get({"_id": person.id})  # type: ignore[operator]


def test_somebody_without_a_proven_address_is_not_appointed(world: World) -> None:
    person = world.person(emailVerifiedAt=None)
    browser = staff(world)
    page = browser.page(f"{USERS}{person.id}")
    for form in ({"role": "admin"}, {"role": "student", "staffRole": "support"}):
        answer = browser.post(f"{USERS}{person.id}/role", {**form, "reason": "Yes.", "seen": seen(page)})
        assert answer.status_code == 403
        assert "not confirmed" in notices(soup(answer))[0]


def test_a_lost_authenticator_is_taken_away(world: World) -> None:
    totp = {"secret": "JBSWY3DPEHPK3PXP", "confirmedAt": now(), "lastStep": 0}
    person = world.person(staffRole="support", totp=totp)
    theirs, browser = signed_in(world, person), staff(world)
    page = browser.page(f"{USERS}{person.id}")
    assert "JBSWY3DPEHPK3PXP" not in page.get_text()
    browser.act(f"{USERS}{person.id}/authenticator", {"reason": "Lost telephone.", "seen": seen(page)})
    assert "totp" not in users.get({"_id": person.id})  # type: ignore[operator]
    assert theirs.get("/admin/").status_code == 303


@pytest.mark.parametrize("action", ["suspend", "sign-out", "restore"])
def test_support_decides_on_nobody_of_the_staff(world: World, action: str) -> None:
    colleague = world.person(staffRole="moderator")
    browser = staff(world, "support")
    page = staff(world).page(f"{USERS}{colleague.id}")
    form = {"reason": "Ha.", "seen": seen(page)} if action != "sign-out" else {}
    answer = browser.post(f"{USERS}{colleague.id}/{action}", form)
    assert answer.status_code == 403
    assert users.get({"_id": colleague.id})["status"] == "active"  # type: ignore[index]
    assert world.get("/auth/sessions", by=colleague).status_code == 200


def test_support_is_offered_nothing_about_staff(world: World) -> None:
    browser = staff(world, "support")
    for colleague in (world.person("admin"), world.person(staffRole="moderator", deletedAt=now())):
        assert browser.page(f"{USERS}{colleague.id}").select("main form") == []
        assert staff(world).page(f"{USERS}{colleague.id}").select("form[action$='/sign-out']") != []
    assert browser.page(f"{USERS}{world.person().id}").select("form[action$='/sign-out']") != []


def test_support_sees_no_way_to_change_roles_and_has_none(world: World) -> None:
    person = world.person()
    browser = staff(world, "support")
    page = browser.page(f"{USERS}{person.id}")
    assert "Change the role" not in page.get_text()
    form = {"role": "admin", "reason": "Ha.", "seen": seen(page)}
    assert browser.post(f"{USERS}{person.id}/role", form).status_code == 403


def test_what_was_typed_is_there_again_after_a_refusal(world: World) -> None:
    person = world.person()
    browser = staff(world)
    shown = seen(browser.page(f"{USERS}{person.id}"))
    users.update({"_id": person.id}, {"$set": {"updatedAt": now() + timedelta(seconds=1)}})
    answer = browser.post(f"{USERS}{person.id}/suspend", {"reason": "A long story.", "seen": shown})
    [typed] = [each for each in soup(answer).select("details[open] textarea") if each["name"] == "reason"]
    assert typed.get_text() == "A long story."


def test_a_deleted_account_has_its_page_and_an_erased_one_has_none(world: World) -> None:
    person = world.person(deletedAt=now())
    browser = staff(world)
    assert "The account was deleted" in browser.page(f"{USERS}{person.id}").get_text()
    users.erase(person.id)
    assert browser.get(f"{USERS}{person.id}").status_code == 404
    assert otps.count({}) + staff_sessions.count({"user": person.id}) == 0


def test_an_account_that_staff_deleted_comes_back_by_staff(world: World) -> None:
    person, admin = world.person(), world.person("admin")
    assert world.delete(f"/profile/deleteAccount/{person.id}", {"password": PASSWORD}, by=admin).status_code == 202
    sign_in = {"email": person.email, "password": PASSWORD}
    assert world.post("/auth/login", sign_in).status_code == 403
    browser = staff(world, "support")
    assert notices(browser.act(f"{USERS}{person.id}/bring-back")) == ["The account is back."]
    assert world.post("/auth/login", sign_in).status_code == 200
    assert browser.post(f"{USERS}{person.id}/bring-back").status_code == 409
    assert [row["action"] for row in audit_log.history("users", person.id)] == [
        "user.bring_back",
        "api.DELETE /api/v1/profile/deleteAccount/<user_id>",
    ]


def test_names_are_shown_as_text(world: World) -> None:
    person = world.person(firstName="<b>Bold</b>")
    browser = staff(world)
    for path in (USERS, f"{USERS}{person.id}"):
        assert "<b>Bold" not in browser.get(path).text
