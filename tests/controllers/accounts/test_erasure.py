"""What is left of somebody after their erasure: nothing that tells who they were, but for what the law wants kept."""

import json
import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from flask_mail import Message

from lms.controllers.accounts import erasure, otp_deliveries
from lms.controllers.accounts import users as decisions
from lms.extensions import mongo, queues
from lms.models.accounts.otps import otps
from lms.models.accounts.users import users
from lms.models.base import now
from lms.models.payments.payment_events import payment_events
from lms.models.system.audit_log import audit_log
from lms.models.system.outbox import outbox
from lms.services.accounts import code_store
from lms.services.system import mailer
from lms.services.system.page_store import NOTED_SECONDS, PREFIX
from tests.certificates import completed, enable
from tests.routes.payments.test_webhooks import tell
from tests.staff import staff
from tests.world import PASSWORD, Person, World

EMAIL, FIRST, LAST = "zora.q@example.org", "Zora", "Quillfeather"
DETAILS = {"bio": "Keeps owls in Kumaon.", "contactNumber": "+91 98111 22233", "gender": "a heron"}
BORN, HOME, BROWSER = "1987-03-09", "203.0.113.77", "Lynx of hers"
FACTS = (EMAIL, FIRST, LAST, *DETAILS.values(), BORN, HOME, BROWSER)

KEPT_BY_LAW = {"invoices"}


@pytest.fixture
def zora(world: World) -> Person:
    return world.person(email=EMAIL, firstName=FIRST, lastName=LAST)


def stored() -> Iterator[tuple[str, str]]:
    """Everything there is in MongoDB and Redis, as text, with where it is; ready pages end within minutes."""
    assert mongo.db is not None
    for name in mongo.db.list_collection_names():
        if name not in KEPT_BY_LAW:
            yield from ((name, str(document)) for document in mongo.db[name].find())
    readers: dict[bytes, Any] = {
        b"string": queues.redis.get,
        b"hash": queues.redis.hgetall,
        b"set": queues.redis.smembers,
        b"list": lambda key: queues.redis.lrange(key, 0, -1),
        b"zset": lambda key: queues.redis.zrange(key, 0, -1),
    }
    for key in queues.redis.scan_iter():
        if key.startswith(PREFIX.encode()):
            assert queues.redis.ttl(key) <= NOTED_SECONDS
        elif read := readers.get(queues.redis.type(key)):
            yield "Redis", f"{key!r} {read(key)!r}"


def delete_and_erase(world: World, person: Person) -> None:
    assert world.delete("/profile/deleteAccount/me", {"password": PASSWORD}, by=person).status_code == 202
    users.raw.update_one({"_id": person.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()


def test_no_collection_no_key_and_no_log_has_a_fact_of_somebody_erased(
    world: World, zora: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    hers = {"address": HOME, "headers": {"User-Agent": BROWSER}}
    admin = world.person("admin")
    world.put("/profile/updateProfile/me", {**DETAILS, "dateOfBirth": BORN}, by=zora, **hers)
    for change in ({"bio": "Keeps cats."}, {"firstName": "Zorah"}, {**DETAILS, "firstName": FIRST}):
        assert world.put(f"/profile/updateProfile/{zora.id}", change, by=admin).status_code == 200
    signed_in = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}, **hers)
    world.post("/auth/refresh", by=signed_in.json["refreshToken"], **hers)
    world.post("/auth/login", {"email": EMAIL, "password": "wrong"}, **hers)
    world.post("/auth/loginUser", {"email": EMAIL}, **hers)
    world.post("/contact", {"firstName": FIRST, "email": EMAIL, "message": DETAILS["bio"]}, **hers)
    world.inbox.refusal = f"550 5.1.1 <{EMAIL}>: {EMAIL} is unknown"
    world.run_jobs()
    world.inbox.refusal = None
    (asked,) = otps.find({"email": EMAIL})
    otps.update({"_id": asked["_id"]}, {"$set": {"createdAt": now() - timedelta(minutes=1)}})
    otp_deliveries.send_again(asked["_id"])
    course = world.course(world.person("instructor"))
    enable(course)
    completed(world, zora, course)
    decisions.suspend(zora.id, f"{FIRST} {LAST} ({EMAIL}) wrote spam.")
    decisions.restore(zora.id, "It was not her.")
    world.run_jobs()
    code_store.mint("login", EMAIL)
    back = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}, **hers)
    zora.token = back.json["token"]
    delete_and_erase(world, zora)
    logged = capsys.readouterr().out
    assert (audit_log.count({"subject": str(zora.id)}), "job_dead" in logged) == (5, True)
    personal = [fact for fact in FACTS if fact not in (HOME, BROWSER)]
    assert [(where, fact) for where, text in stored() for fact in FACTS if fact in text] == []
    assert [fact for fact in personal if fact in logged] == []


def test_a_person_with_one_name_leaves_it_nowhere_and_takes_no_other_word_along(world: World) -> None:
    person = world.person(email=EMAIL, firstName="Sus", lastName="")
    decisions.suspend(person.id, "Spam by Sus.")
    decisions.restore(person.id, "Sustained by nobody.")
    person.token = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).json["token"]
    delete_and_erase(world, person)
    restored, suspended = audit_log.history("users", person.id)
    assert (restored["reason"], suspended["reason"]) == ("Sustained by nobody.", "Spam by (erased).")
    assert suspended["after"] == {"status": "suspended"}


def test_who_did_what_to_whom_stays_on_record(world: World, zora: Person) -> None:
    other = world.person()
    decisions.suspend(other.id, "Spam.")
    decisions.suspend(zora.id, "Left.")
    decisions.restore(zora.id, "Came back.")
    zora.token = world.post("/auth/login", {"email": EMAIL, "password": PASSWORD}).json["token"]
    delete_and_erase(world, zora)
    rows = audit_log.history("users", zora.id)
    assert [(row["action"], row["label"]) for row in rows] == [
        ("user.restore", "Former member"),
        ("user.suspend", "Former member"),
    ]
    assert (rows[0]["before"], rows[0]["after"]) == ({"status": "suspended"}, {"status": "active"})
    (untouched,) = audit_log.history("users", other.id)
    assert untouched["label"].endswith(" Sharma")


def test_what_former_staff_decided_on_others_stays_without_their_name(world: World) -> None:
    browser, other = staff(world, "support"), world.person(firstName="Meera")
    person = browser.person
    assert person is not None
    asked = otps.request(other.email, "login", "email")
    otps.update({"_id": asked}, {"$set": {"createdAt": now() - timedelta(minutes=1)}})
    assert browser.post(f"/admin/deliveries/{asked}/again").status_code == 303
    (before,) = audit_log.find({"action": "code.send_again"})
    users.raw.update_one({"_id": person.id}, {"$set": {"deletedAt": now() - timedelta(days=31)}})
    erasure.erase_deleted()
    (row,) = audit_log.find({"action": "code.send_again"})
    assert (row["actor"], row["actorName"], row["address"], row["device"]) == (person.id, "Former member", "", "")
    assert (row["label"], row["before"], row["after"]) == (before["label"], before["before"], before["after"])


@pytest.mark.usefixtures("gateway")
def test_what_the_gateway_tells_of_the_payer_is_not_kept(world: World) -> None:
    payment = {
        "id": "pay_1",
        "order_id": "order_1",
        "amount": 100,
        "email": EMAIL,
        "contact": "+919811122233",
        "vpa": "zora@okbank",
        "card": {"name": "Zora Quillfeather", "last4": "1111"},
        "notes": {"for": f"a gift of {EMAIL}"},
    }
    assert tell(world, {"event": "payment.captured", "payload": {"payment": {"entity": payment}}}).status_code == 200
    (event,) = payment_events.find({})
    kept = json.loads(event["body"])["payload"]["payment"]["entity"]
    assert kept == {"id": "pay_1", "order_id": "order_1", "amount": 100, "notes": {"for": "a gift of (address)"}}


def test_what_a_mail_server_says_of_an_address_is_kept_without_it(world: World) -> None:
    world.inbox.refusal = f"550 5.1.1 <{EMAIL}>: no such user"
    with pytest.raises(smtplib.SMTPException) as refused:
        mailer.send(Message("Hello", [EMAIL], "Text"))
    assert "550" in str(refused.value)
    assert EMAIL not in str(refused.value)
    world.post("/auth/sendotp", {"email": EMAIL})
    world.run_jobs()
    (row,) = outbox.find({"state": "failed"})
    assert "(address)" in str(row["reason"])


def test_no_line_of_the_log_has_an_address(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(f"duplicate key: {EMAIL}")
    except ValueError as error:
        structlog.get_logger().error("crash", reason=f"{EMAIL} is taken", exc_info=error)
    logged = capsys.readouterr().out
    assert logged.count("(address)") == 2
    assert EMAIL not in logged
