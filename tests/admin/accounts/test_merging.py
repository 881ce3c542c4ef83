"""The page on which two accounts are looked at before they become one."""

import pytest
from bs4 import BeautifulSoup

from lms.models.accounts.users import users
from lms.models.learning.enrollments import enrollments
from lms.models.system.audit_log import audit_log
from tests.merging import merge, stored
from tests.staff import Browser, notices, rows, soup, staff
from tests.world import MadeCourse, Person, World

USERS = "/admin/users/"


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    return world.person(firstName="Asha", lastName="Rao"), world.person(firstName="Aasha", lastName="Raw")


def looked(browser: Browser, kept: Person, merged: Person) -> BeautifulSoup:
    return browser.page(f"{USERS}{kept.id}/merge?email={merged.email}")


def sent(page: BeautifulSoup, **fields: str) -> dict[str, str]:
    """What the page's form sends."""
    hidden = page.select("form[method=post][action$=merge] input[type=hidden]")
    return {str(each["name"]): str(each["value"]) for each in hidden} | {"reason": "Both answered.", **fields}


def test_a_page_shows_both_and_what_would_happen_and_then_it_does(
    world: World, two: tuple[Person, Person], course: MadeCourse
) -> None:
    (kept, merged), browser = two, staff(world)
    browser.act(f"{USERS}{merged.id}/sign-out")
    world.enroll(merged, course, "purchase")
    world.enroll(kept, course)
    link = browser.page(f"{USERS}{kept.id}").find("a", string="Merge with another account…")
    assert link is not None
    asking = browser.page(str(link["href"]))  # type: ignore[index]
    assert asking.select("form[method=post][action$=merge]") == []
    page = looked(browser, kept, merged)
    sides = [each.get_text(" ") for each in page.select(".cards .card")]
    assert ["Asha Rao" in sides[0], "Aasha Raw" in sides[1]] == [True, True]
    found = {row[0]: row[1:] for row in rows(page)}
    title = world.get(f"/courses/getCourseDetails/{course.id}").json["data"]["title"]
    assert found["Enrolments"] == ["1", "–", f"{title} : The one that was bought stays."]
    assert found["Sign-ins"] == ["–", "1", "–"]
    assert "mergedInto" not in stored(merged)
    after = browser.act(f"{USERS}{kept.id}/merge", sent(page))
    assert notices(after) == ["The two accounts are one, and both addresses are told."]
    assert f"Aasha Raw, {merged.email}" in after.get_text(" ")
    told = {row[2] for row in rows(after) if len(row) == 4}
    assert {"user.merge", "user.merge_into", "user.sign_out"} <= told, "of both accounts"
    [row] = audit_log.find({"action": "user.merge"})
    assert (row["reason"], row["actorRole"], row["address"]) == ("Both answered.", "admin", browser.address)
    assert merged.email in browser.page(f"/admin/audit/{row['_id']}").get_text(" ")
    assert enrollments.count({"user": kept.id, "source": "purchase"}) == 1


def test_the_other_can_be_kept_instead(world: World, two: tuple[Person, Person]) -> None:
    (kept, merged), browser = two, staff(world)
    link = looked(browser, kept, merged).find("a", string="Keep this one instead")
    assert link is not None
    page = browser.page(str(link["href"]))  # type: ignore[index]
    assert f"Merge another account into {merged.email}" in page.get_text(" ")
    assert sent(page)["email"] == kept.email


def test_what_forbids_it_is_said_and_no_form_is_shown(world: World, two: tuple[Person, Person]) -> None:
    (kept, merged), browser = two, staff(world)
    users.update({"_id": merged.id}, {"$set": {"status": "suspended"}})
    page = looked(browser, kept, merged)
    assert "is suspended, and merging would undo that" in notices(page)[0]
    assert page.select("form[method=post][action$=merge]") == []
    for typed, said in (("nobody@example.com", "No account has"), (kept.email, "This is one account.")):
        page = browser.page(f"{USERS}{kept.id}/merge?email={typed}")
        assert said in notices(page)[0]


def test_what_changed_since_is_shown_anew_with_what_was_typed(
    world: World, two: tuple[Person, Person], course: MadeCourse
) -> None:
    (kept, merged), browser = two, staff(world)
    form = sent(looked(browser, kept, merged), reason="She asked for it.")
    world.enroll(merged, course)
    answer = browser.post(f"{USERS}{kept.id}/merge", form)
    page = soup(answer)
    assert (answer.status_code, "changed this meanwhile" in notices(page)[0]) == (409, True)
    assert "She asked for it." in page.get_text(" ")
    assert "Enrolments" in [row[0] for row in rows(page)]
    browser.act(f"{USERS}{kept.id}/merge", sent(page))
    assert enrollments.attends(kept.id, course.id)


def test_a_reason_is_asked_for(world: World, two: tuple[Person, Person]) -> None:
    (kept, merged), browser = two, staff(world)
    page = looked(browser, kept, merged)
    assert browser.post(f"{USERS}{kept.id}/merge", sent(page, reason=" ")).status_code == 400
    assert "mergedInto" not in stored(merged)


def test_the_link_is_for_administrators_and_not_on_pages_of_staff(world: World, two: tuple[Person, Person]) -> None:
    kept, _ = two
    colleague = staff(world, "moderator").person
    assert colleague is not None
    shown = [
        "Merge with another account…" in browser.page(f"{USERS}{person.id}").get_text(" ")
        for browser, person in ((staff(world), kept), (staff(world, "support"), kept), (staff(world), colleague))
    ]
    assert shown == [True, False, False]


def test_what_led_to_the_merged_account_leads_to_the_other(world: World, two: tuple[Person, Person]) -> None:
    (kept, merged), browser = two, staff(world, "support")
    merge(kept, merged)
    answer = browser.get(f"{USERS}{merged.id}")
    assert (answer.status_code, answer.location) == (303, f"{USERS}{kept.id}")
    assert [row[1] for row in rows(browser.page(f"{USERS}?search=asha"))] == [kept.email]
    assert rows(browser.page(f"{USERS}?search={merged.email}")) == []
