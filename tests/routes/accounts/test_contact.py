"""The contact form: from what a stranger writes to the mailbox of whoever answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.controllers.accounts import contact, erasure
from lms.errors import ContactUnavailable
from lms.models.accounts.contact_messages import KEPT_MAILED, KEPT_UNMAILED, contact_messages
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.system.outbox import outbox
from tests.smtp import Received
from tests.world import Person, World, faults, refused

SUPPORT = "support@localhost"
WRITTEN = {
    "firstName": "Asha",
    "lastName": "Rao",
    "email": "asha@example.com",
    "contactNumber": "+91  9876543210",
    "message": "Where is <b>my</b> certificate?\n& the invoice?",
}
HOME, ABROAD = "203.0.113.7", "198.51.100.9"


def write(world: World, address: str = HOME, **changed: Any) -> Any:
    return world.post("/contact", {**WRITTEN, **changed}, address=address)


def mailed(world: World) -> list[Received]:
    world.run_jobs()
    return world.inbox.to(SUPPORT)


def kept() -> dict[str, Any]:
    found: dict[str, Any] = contact_messages.raw.find_one({})
    return found


def test_what_somebody_writes_is_mailed_to_whoever_answers(world: World) -> None:
    answer = write(world)
    assert (answer.status_code, answer.json["data"]) == (202, None)
    [mail] = mailed(world)
    assert mail.subject == "Asha Rao wrote by the contact form"
    assert mail.reply_to == "asha@example.com"
    assert WRITTEN["message"] in mail.text
    assert "+91  9876543210" in mail.text
    assert "&lt;b&gt;my&lt;/b&gt;" in mail.html


def test_a_reply_goes_to_the_mailbox_that_was_typed(world: World) -> None:
    write(world, email="asha@straße.example")
    assert mailed(world)[0].reply_to == "asha@xn--strae-oqa.example"


def test_a_first_name_and_a_message_will_do(world: World) -> None:
    body = {name: WRITTEN[name] for name in ("firstName", "email", "message")}
    assert world.post("/contact", {**body, "contactNumber": ""}).status_code == 202
    assert mailed(world)[0].subject == "Asha wrote by the contact form"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("firstName", ""),
        ("firstName", "http://spam.example"),
        ("lastName", "x" * 61),
        ("email", "asha"),
        ("contactNumber", "call me"),
        ("message", " \n "),
        ("message", "x" * 5001),
        ("message", "\x00"),
        ("copyTo", "all@example.com"),
    ],
)
def test_what_is_wrong_is_said_by_its_field(world: World, field: str, value: str) -> None:
    assert faults(write(world, **{field: value})) == {field}
    assert contact_messages.count({}) == 0


def test_a_line_break_in_a_name_makes_no_header(world: World) -> None:
    write(world, firstName="Asha\r\nBcc: all@example.com".replace(": all@", " all at "))
    assert mailed(world)[0].subject == "Asha Bcc all at example.com Rao wrote by the contact form"


class TestLimits:
    def test_one_client_has_three_an_hour_for_an_address(self, world: World) -> None:
        assert [write(world).status_code for _ in range(4)] == [202, 202, 202, 429]
        assert write(world, email="ravi@example.com").status_code == 202
        assert write(world, ABROAD).status_code == 202, "A stranger who uses an address takes nothing from its owner."

    def test_an_address_has_so_many_a_day_wherever_from(self, world: World) -> None:
        answers = [write(world, f"192.0.2.{number}").status_code for number in range(1, 23)]
        assert answers == [202] * 20 + [429] * 2

    def test_one_network_has_so_many_whatever_the_address(self, world: World, settings: Callable[..., None]) -> None:
        settings(contacts_per_address="5 per hour")
        answers = [write(world, email=f"a{number}@example.com").status_code for number in range(6)]
        assert answers == [202] * 5 + [429]


class TestWhereNobodyAnswers:
    def test_the_form_says_so(self, world: World, settings: Callable[..., None]) -> None:
        settings(app_env="production")
        assert refused(write(world)) == (503, "contact_unavailable")
        assert contact_messages.count({}) == 0

    def test_a_message_waits_until_somebody_does(self, world: World, settings: Callable[..., None]) -> None:
        write(world)
        settings(app_env="production")
        with pytest.raises(ContactUnavailable):
            contact.mail(kept()["_id"])
        settings(app_env="production", support_email="help@school.example")
        world.run_jobs()
        assert len(world.inbox.to("help@school.example")) == 1


class TestKeeping:
    def test_a_message_outlives_its_mail_by_a_month(self, world: World) -> None:
        write(world)
        before = kept()
        assert abs(before["expiresAt"] - now() - KEPT_UNMAILED) < timedelta(minutes=5)
        mailed(world)
        assert abs(kept()["expiresAt"] - now() - KEPT_MAILED) < timedelta(minutes=5)

    def test_a_job_that_runs_twice_mails_once(self, world: World) -> None:
        write(world)
        assert len(mailed(world)) == 1
        contact.mail(kept()["_id"])
        assert len(world.inbox.to(SUPPORT)) == 1

    def test_a_message_waits_while_mail_fails(self, world: World) -> None:
        world.inbox.refusal = "451 4.3.0 Later"
        write(world)
        world.run_jobs()
        assert outbox.count({"job": "contact.mail_message", "state": "failed"}) == 1
        assert "mailedAt" not in kept()

    def test_what_an_account_wrote_goes_with_it(self, world: World, learner: Person) -> None:
        write(world, email=learner.email)
        write(world)
        users.update({"_id": learner.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
        erasure.erase_deleted()
        assert [each["email"] for each in contact_messages.find({})] == ["asha@example.com"]
