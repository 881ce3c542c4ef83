import pytest

from lms.admin.formats import NOTHING
from lms.models.accounts.users import staff_role, users
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from tests.staff import notices, rows, signed_in, soup, staff
from tests.world import Person, World

STAFF = "/admin/staff/"


def role_of(person: Person) -> str | None:
    user = users.by_id(person.id)
    assert user is not None
    return staff_role(user)


def test_the_list_has_everybody_who_may_enter_and_nobody_else(world: World) -> None:
    totp = {"secret": "JBSWY3DPEHPK3PXP", "confirmedAt": now(), "lastStep": 0}
    world.person(firstName="Meera", staffRole="moderator", totp=totp)
    world.person(firstName="Nobody")
    browser = staff(world)
    shown = {row[0]: row[2:5] for row in rows(browser.page(STAFF))}
    assert shown == {"Meera Sharma": ["moderator", "active", "yes"], "Admin3 Sharma": ["admin", "active", "no"]}
    assert "JBSWY3DPEHPK3PXP" not in browser.get(f"{STAFF}export.csv").text


def test_the_last_sign_in_is_the_one_at_the_staff_pages(world: World) -> None:
    browser = staff(world)
    assert rows(browser.page(STAFF))[0][5] == NOTHING
    person = world.person("admin", firstName="Meera")
    theirs = signed_in(world, person)
    theirs.person = None
    theirs.client.delete_cookie("staff")
    theirs.post("/admin/sign-in/", {"email": person.email, "password": "a quiet green harbour"})
    world.run_jobs()
    theirs.post("/admin/sign-in/code", {"otp": world.code_for(person.email)})
    shown = {row[0]: row[5] for row in rows(browser.page(STAFF))}
    assert shown["Meera Sharma"] == "a moment ago"


@pytest.mark.parametrize("role", ["moderator", "support", "admin"])
def test_appointing_by_address(world: World, role: str) -> None:
    person = world.person("instructor", email="meera@example.com")
    browser = staff(world)
    form = {"email": " Meera@Example.com", "staffRole": role, "reason": "New colleague."}
    assert notices(browser.act(STAFF, form)) == [f"meera@example.com is {role} now."]
    assert role_of(person) == role
    [row] = audit_log.history("users", person.id)
    assert (row["action"], row["reason"], row["actor"]) == (
        "user.change_role",
        "New colleague.",
        browser.person.id,  # type: ignore[union-attr]
    )


def test_an_address_without_an_account_cannot_be_appointed(world: World) -> None:
    answer = staff(world).post(STAFF, {"email": "x@example.com", "staffRole": "support", "reason": "Why not."})
    assert answer.status_code == 404
    assert notices(soup(answer))[0] == "Nobody has an account with this address."
    assert "x@example.com" in answer.text


def test_one_cannot_appoint_oneself(world: World) -> None:
    browser = staff(world)
    assert browser.person is not None
    form = {"email": browser.person.email, "staffRole": "support", "reason": "Less work."}
    assert browser.post(STAFF, form).status_code == 409
    assert role_of(browser.person) == "admin"


def run(world: World, *words: str) -> tuple[int, str]:
    result = world.app.test_cli_runner().invoke(args=["staff", *words])
    return result.exit_code, result.output


def test_operators_grant_and_revoke(world: World) -> None:
    person = world.person(email="meera@example.com")
    assert run(world, "grant", "Meera@example.com", "moderator") == (0, "meera@example.com is moderator now.\n")
    assert role_of(person) == "moderator"
    theirs = signed_in(world, person)
    assert run(world, "revoke", "meera@example.com") == (0, "meera@example.com is no longer staff.\n")
    assert (role_of(person), theirs.get("/admin/").status_code) == (None, 303)
    assert {row["actorRole"] for row in audit_log.history("users", person.id)} == {"operator"}


def test_the_last_administrator_stays(world: World) -> None:
    person = world.person("admin", email="meera@example.com")
    assert run(world, "revoke", "meera@example.com") == (
        1,
        "Error: This is the last administrator. Make another one first.\n",
    )
    assert role_of(person) == "admin"
    world.person("admin")
    assert run(world, "grant", "meera@example.com", "support")[0] == 0
    assert (role_of(person), users.by_id(person.id)["role"]) == ("support", "student")  # type: ignore[index]


@pytest.mark.parametrize(
    "words", [("grant", "x", "support"), ("grant", "x@example.com", "owner"), ("revoke", "x@example.com")]
)
def test_what_the_commands_refuse(world: World, words: tuple[str, ...]) -> None:
    code, said = run(world, *words)
    assert code in (1, 2)
    assert "Error: " in said


def test_an_administrator_made_by_an_operator_is_on_record_and_signs_in_anew(world: World) -> None:
    totp = {"secret": "JBSWY3DPEHPK3PXP", "confirmedAt": now(), "lastStep": 0}
    person = world.person(email="meera@example.com", staffRole="support", totp=totp)
    theirs, kept = signed_in(world, person), users.by_id(person.id) or {}
    given = ("--email", person.email, "--first-name", "Meera", "--last-name", "Rao", "--password", "seven tall cedars")
    result = world.app.test_cli_runner().invoke(args=["create-admin", *given, "--yes"])
    assert result.exit_code == 0, result.output
    [row] = audit_log.history("users", person.id)
    assert (row["action"], row["actorRole"]) == ("user.create_admin", "operator")
    names = {"firstName": "Student1", "lastName": "Sharma"}
    lost = {"staffRole": "support", "authenticator": kept["totp"]["confirmedAt"], "password": None}
    assert row["before"] == {**names, "role": "student", **lost}
    became = {"firstName": "Meera", "lastName": "Rao", "role": "admin", "password": "replaced"}
    assert row["after"] == {**became, "staffRole": None, "authenticator": None}
    assert theirs.get("/admin/").status_code == 303
    assert {"totp", "staffRole"} & set(users.by_id(person.id) or ()) == set()
