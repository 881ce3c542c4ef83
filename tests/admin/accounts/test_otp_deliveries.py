from datetime import timedelta
from functools import partial

import pytest
from bson import ObjectId

from lms.controllers.accounts import otp_deliveries
from lms.controllers.accounts.otp_deliveries import MOST_AN_HOUR
from lms.errors import OtpTooSoon
from lms.models.accounts.otps import Otp, otps
from lms.models.base import now
from lms.models.system.audit_log import audit_log
from tests.staff import notices, rows, soup, staff
from tests.world import World, at_once

PAGE = "/admin/deliveries/"


def requests_of(email: str) -> list[Otp]:
    return otps.find({"email": email}, sort=[("_id", 1)])


def age(email: str) -> None:
    """Let the address's requests be a minute old."""
    otps.update_many({"email": email}, [{"$set": {"createdAt": {"$add": ["$createdAt", -60_000]}}}])


def test_every_request_is_there_with_how_it_went(world: World) -> None:
    person = world.person(email="meera@example.com")
    world.inbox.refusal = "550 no such mailbox"
    world.post("/auth/sendotp", {"email": person.email, "purpose": "login"})
    world.run_jobs()
    world.inbox.refusal = None
    world.post("/auth/sendotp", {"email": "nobody@example.com", "purpose": "login"})
    world.run_jobs()
    shown = {row[0]: row for row in rows(staff(world, "support").page(PAGE))}
    assert shown["meera@example.com"][1:3] == ["login", "failed"]
    assert "550" in shown["meera@example.com"][3]
    assert int(shown["meera@example.com"][4]) > 1
    assert shown["nobody@example.com"][2:4] == ["unneeded", "There is no account with this address."]


def test_they_are_found_by_part_of_the_address_and_narrowed(world: World) -> None:
    for email, purpose, status in (("a.rao@example.com", "login", "sent"), ("b@example.org", "reset", "failed")):
        otp_id = otps.request(email, purpose, "email")  # type: ignore[arg-type]
        otps.settle(otp_id, status)  # type: ignore[arg-type]
    browser = staff(world)
    for query in ("search=RAO@", "flt0_status=sent", "flt0_purpose=login", "search=.rao"):
        assert [row[0] for row in rows(browser.page(f"{PAGE}?{query}"))] == ["a.rao@example.com"]
    for query in ("search=.*", "flt0_createdAt_until=2020-01-01"):
        assert rows(browser.page(f"{PAGE}?{query}")) == []


def test_sending_again_makes_a_new_request_of_the_same_purpose_and_mails(world: World) -> None:
    person = world.person(email="meera@example.com")
    world.post("/auth/sendotp", {"email": person.email, "purpose": "login"})
    age(person.email)
    [first] = requests_of(person.email)
    page = staff(world, "support").act(f"{PAGE}{first['_id']}/again")
    assert notices(page) == ["Another code is on its way."]
    world.run_jobs()
    before, after = requests_of(person.email)
    assert (before["status"], after["status"], after["purpose"]) == ("superseded", "sent", "login")
    body = {"email": person.email, "otp": world.code_for(person.email), "purpose": "login"}
    assert world.post("/auth/verifyotp", body).status_code == 200
    [row] = audit_log.history("otps", after["_id"])
    assert (row["action"], row["label"], row["actorRole"]) == ("code.send_again", person.email, "support")


def test_sending_again_waits_half_a_minute_between_codes(world: World) -> None:
    person = world.person()
    world.post("/auth/sendotp", {"email": person.email, "purpose": "login"})
    [first] = requests_of(person.email)
    answer = staff(world).post(f"{PAGE}{first['_id']}/again")
    assert answer.status_code == 429
    assert len(requests_of(person.email)) == 1


def sent_again_at_once(world: World, ids: list[ObjectId]) -> int:
    """How many of the requests were sent again when all were at the same moment."""

    def send(otp_id: ObjectId) -> bool:
        with world.app.app_context():
            try:
                otp_deliveries.send_again(otp_id)
            except OtpTooSoon:
                return False
            return True

    return at_once([partial(send, otp_id) for otp_id in ids]).count(True)


def test_of_many_who_send_again_at_once_one_does(world: World) -> None:
    made = [otps.request("meera@example.com", "login", "email") for _ in range(3)]
    for _ in range(3):
        age("meera@example.com")
        assert sent_again_at_once(world, made * 4) == 1


def test_an_address_gets_no_more_codes_an_hour_when_all_are_sent_at_once(world: World) -> None:
    purposes = ("signup", "login", "reset", "admin")
    made = [otps.request("meera@example.com", purpose, "email") for purpose in purposes]  # type: ignore[arg-type]
    for _ in range(MOST_AN_HOUR - len(made) - 1):
        otps.request("meera@example.com", "login", "email")
    age("meera@example.com")
    assert sent_again_at_once(world, made) == 1


def test_an_address_gets_only_so_many_codes_an_hour(world: World) -> None:
    made = [otps.request("meera@example.com", "login", "email") for _ in range(MOST_AN_HOUR)]
    age("meera@example.com")
    browser = staff(world)
    answer = browser.post(f"{PAGE}{made[0]}/again")
    assert answer.status_code == 429
    assert "within an hour" in notices(soup(answer))[0]
    otps.update({"_id": made[0]}, {"$set": {"createdAt": now() - timedelta(hours=2)}})
    assert browser.post(f"{PAGE}{made[0]}/again").status_code == 303


@pytest.mark.parametrize("path", ["", "/again"])
def test_a_request_that_is_not_there(world: World, path: str) -> None:
    browser = staff(world)
    address = f"{PAGE}65f1c0ffee65f1c0ffee65f1{path}"
    assert (browser.post(address) if path else browser.get(address)).status_code == 404


def test_no_page_shows_a_code(world: World) -> None:
    person = world.person()
    world.post("/auth/sendotp", {"email": person.email, "purpose": "login"})
    world.run_jobs()
    code, browser = world.code_for(person.email), staff(world)
    [made] = requests_of(person.email)
    for path in (PAGE, f"{PAGE}{made['_id']}", f"{PAGE}export.csv", f"/admin/users/{person.id}"):
        assert code not in browser.get(path).text
