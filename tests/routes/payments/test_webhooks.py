import hashlib
import hmac
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.models.base import now
from lms.models.learning.enrollments import enrollments
from lms.models.payments.invoices import invoices
from lms.models.payments.ledger import ledger
from lms.models.payments.orders import orders
from lms.models.payments.payment_events import payment_events
from lms.models.payments.refunds import refunds
from lms.models.system.outbox import outbox
from lms.services.payments.razorpay import SANDBOX
from tests.waiting import eventually
from tests.world import MadeCourse, Person, World, at_once, refused

pytestmark = pytest.mark.usefixtures("gateway")

WEBHOOK = "/payments/webhook"


def signature_of(body: bytes, secret: str = SANDBOX.webhook_secret) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def tell(world: World, body: bytes | dict[str, Any], event_id: str | None = None, **more: Any) -> TestResponse:
    """Bring an event, rightly signed unless told otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-Razorpay-Signature": signature_of(raw), **({"x-razorpay-event-id": event_id} if event_id else {})}
    headers |= more.pop("headers", {})
    return world.post(WEBHOOK, data=raw, content_type="application/json", headers=headers, **more)


def recorded(world: World) -> dict[str, dict[str, Any]]:
    """The events that the gateway has withheld, by name."""
    return {event["event"]: event for event in world.get("/sandbox/razorpay/webhooks").json["items"]}


def deliver(world: World, event: dict[str, Any], **more: Any) -> TestResponse:
    return world.post(WEBHOOK, data=event["body"].encode(), headers=event["headers"], **more)


def traces() -> tuple[int, ...]:
    return tuple(each.count({}) for each in (enrollments, ledger, invoices, refunds))


ONE_PURCHASE = (1, 1, 1, 0)
NOTHING = (0, 0, 0, 0)


class TestAnEvent:
    def test_alone_enrols(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        world.paid(learner, course)
        answer = deliver(world, recorded(world)["payment.captured"])
        assert (answer.status_code, answer.json["success"], traces()) == (200, True, NOTHING)
        world.run_jobs()
        assert (traces(), enrollments.attends(learner.id, course.id)) == (ONE_PURCHASE, True)
        (event,) = payment_events.find({})
        assert event["outcome"] == "paid"
        assert event["handledAt"] is not None
        assert timedelta(days=89) < event["expiresAt"] - now() <= timedelta(days=90)
        assert len(world.inbox.to(learner.email)) == 1

    def test_is_kept_once_by_its_id(self, world: World, course: MadeCourse) -> None:
        world.paid(world.person(), course)
        event = recorded(world)["payment.captured"]
        client = world.app.test_client
        answers = at_once([lambda: deliver(world, event, client=client())] * 10)
        assert {answer.status_code for answer in answers} == {200}
        world.run_jobs()
        assert deliver(world, event).status_code == 200
        assert [each["_id"] for each in payment_events.find({})] == [event["id"]]
        world.run_jobs()
        assert (traces(), outbox.count({"job": "payments.handle_event"})) == (ONE_PURCHASE, 1)

    @pytest.mark.parametrize("event_id", [None, "", "i" * 101])
    def test_without_a_fit_id_is_kept_once_by_its_body(self, world: World, event_id: str | None) -> None:
        body = b'{"event":"payment.authorized"}'
        for _ in range(2):
            assert tell(world, body, event_id).status_code == 200
        assert tell(world, body + b" ", event_id).status_code == 200
        assert payment_events.count({}) == 2
        assert payment_events.get({"_id": hashlib.sha256(body).hexdigest()}) is not None

    def test_that_comes_with_and_without_its_id_enrols_once(self, world: World, course: MadeCourse) -> None:
        world.paid(world.person(), course)
        event = recorded(world)["payment.captured"]
        deliver(world, event)
        tell(world, event["body"].encode())
        world.run_jobs()
        assert (payment_events.count({}), traces()) == (2, ONE_PURCHASE)

    def test_says_only_where_to_look(self, world: World, course: MadeCourse, teacher: Person) -> None:
        """What is in it is not believed, however well it is signed."""
        learner, dear = world.person(), world.course(teacher, amount=999900)
        cheap = world.paid(learner, course)
        order_id = world.order(learner, dear).json["data"]["orderId"]
        failed = world.pay(order_id, "failed")["error"]["metadata"]["payment_id"]
        for payment_id in (failed, "pay_00000000000000", "x", None):
            entity = {"id": payment_id, "order_id": order_id, "status": "captured", "captured": True, "amount": 999900}
            tell(world, {"event": "payment.captured", "payload": {"payment": {"entity": entity}}})
        world.run_jobs()
        assert (traces(), orders.count({"state": "created"})) == (NOTHING, 2)
        assert cheap.order_id != order_id

    @pytest.mark.parametrize(
        "body",
        [
            {"event": "payment.captured"},
            {"event": "payment.captured", "payload": {"payment": {"entity": {"id": "pay_1", "order_id": "order_1"}}}},
            {"event": "payment.captured", "payload": {"payment": {"entity": {"id": {"$gt": ""}, "order_id": None}}}},
            {"event": "payment.captured", "payload": {"payment": {"entity": [1]}}},
            {"event": "payment.captured", "payload": {"payment": []}},
            {"event": "payment.captured", "payload": []},
            {"event": "order.paid", "payload": None},
            {"event": "refund.processed", "payload": {"refund": {"entity": {"id": "rfnd_1"}}}},
            {"event": "refund.created", "payload": {"refund": None}},
            {"event": "invoice.paid", "payload": {}},
            {"event": None},
            {},
        ],
    )
    def test_of_nothing_we_know_is_taken_and_done_with(self, world: World, body: dict[str, Any]) -> None:
        assert tell(world, body).status_code == 200
        world.run_jobs()
        (event,) = payment_events.find({})
        assert event["handledAt"] is not None
        assert (outbox.count({"state": {"$ne": "done"}}), traces()) == (0, NOTHING)


class TestTheSignature:
    def test_is_over_the_raw_bytes(self, world: World, course: MadeCourse) -> None:
        world.paid(world.person(), course)
        event = recorded(world)["payment.captured"]
        raw = event["body"].encode()
        rewritten = json.dumps(json.loads(raw)).encode()
        for changed in (rewritten, raw + b"\n", raw.replace(b"49900", b"00001"), b"\xef\xbb\xbf" + raw):
            assert refused(tell(world, changed, headers=event["headers"])) == (400, "bad_signature")
        assert payment_events.count({}) == 0
        assert deliver(world, event).status_code == 200

    def test_of_any_other_kind_is_refused(self, world: World) -> None:
        body = b'{"event":"payment.captured"}'
        right = signature_of(body)
        wrong = ("", " ", right[:-1], right.upper(), f"sha256={right}", "\xe9" * 64, "0" * 64, signature_of(b""))
        others = (signature_of(body, SANDBOX.key_secret), signature_of(body, ""), hashlib.sha256(body).hexdigest())
        for signature in (*wrong, *others):
            answer = tell(world, body, headers={"X-Razorpay-Signature": signature})
            assert refused(answer) == (400, "bad_signature"), signature
        assert refused(world.post(WEBHOOK, data=body)) == (400, "bad_signature")
        assert refused(world.post(WEBHOOK)) == (400, "bad_signature")
        assert payment_events.count({}) == outbox.count({}) == 0

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff", b"{}{}", b'{"a":"\xff"}', b"[" * 20_000, b'{"a":' * 20_000]
    )
    def test_does_not_make_json_of_what_is_none(self, world: World, body: bytes) -> None:
        assert refused(tell(world, body)) == (400, "invalid_json")
        assert payment_events.count({}) == 0

    def test_does_not_make_too_much_acceptable(self, world: World) -> None:
        body = b'{"a":"' + b"x" * 1024 * 1024 + b'"}'
        assert refused(tell(world, body)) == (413, "too_large")


class TestTheOrderOfEvents:
    def test_makes_no_difference(self, world: World, course: MadeCourse) -> None:
        """Every order of all that a failed and then a captured payment tell, each told twice."""
        learner = world.person()
        order_id = world.order(learner, course).json["data"]["orderId"]
        world.pay(order_id, "failed")
        world.pay(order_id)
        events = recorded(world)
        assert set(events) == {"payment.failed", "payment.authorized", "payment.captured", "order.paid"}
        fresh = {name: list(each.raw.find({})) for name, each in COLLECTIONS.items()}
        for told in itertools.permutations(events.values()):
            for event in (*told, *told):
                assert deliver(world, event).status_code == 200
                world.run_jobs()
            assert traces() == ONE_PURCHASE
            assert {order["state"] for order in orders.find({})} == {"paid"}
            restore(fresh)

    def test_failed_then_captured_enrols(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        order_id = world.order(learner, course).json["data"]["orderId"]
        world.pay(order_id, "failed")
        deliver(world, recorded(world)["payment.failed"])
        world.run_jobs()
        assert ([order["state"] for order in orders.find({})], traces()) == (["created"], NOTHING)
        world.pay(order_id)
        deliver(world, recorded(world)["payment.captured"])
        world.run_jobs()
        assert traces() == ONE_PURCHASE

    def test_failed_after_captured_takes_nothing_back(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        order_id = world.order(learner, course).json["data"]["orderId"]
        world.pay(order_id, "failed")
        late = recorded(world)["payment.failed"]
        world.verify(learner, world.pay(order_id))
        deliver(world, late)
        world.run_jobs()
        assert (traces(), enrollments.attends(learner.id, course.id)) == (ONE_PURCHASE, True)

    def test_before_the_proof_or_after_it_enrols_once(self, world: World, course: MadeCourse) -> None:
        learner = world.person()
        purchase = world.paid(learner, course)
        events = recorded(world)
        deliver(world, events["payment.captured"])
        world.run_jobs()
        assert world.verify(learner, purchase.proof).status_code == 200
        deliver(world, events["order.paid"])
        world.run_jobs()
        assert traces() == ONE_PURCHASE


COLLECTIONS = {each.name: each for each in (orders, enrollments, ledger, invoices, refunds, outbox, payment_events)}


def restore(fresh: dict[str, list[dict[str, Any]]]) -> None:
    for name, documents in fresh.items():
        COLLECTIONS[name].delete_many({})
        COLLECTIONS[name].insert_many(documents)


def test_an_event_is_kept_while_the_gateway_does_not_answer(world: World, course: MadeCourse) -> None:
    learner = world.person()
    world.paid(learner, course)
    world.gateway(dead=True, webhooks="off")
    assert deliver(world, recorded(world)["payment.captured"]).status_code == 200
    world.run_jobs()
    (event,) = payment_events.find({})
    assert (event["handledAt"], traces()) == (None, NOTHING)
    (row,) = outbox.find({"job": "payments.handle_event"})
    assert (row["state"], row["attempts"]) == ("failed", 6)
    world.gateway(webhooks="off")
    outbox.update({"_id": row["_id"]}, {"$set": {"state": "pending", "dueAt": now()}})
    world.run_jobs()
    assert traces() == ONE_PURCHASE


def test_real_webhooks_tripled_and_shuffled_enrol_once(world: World, course: MadeCourse) -> None:
    world.gateway(webhooks=["triple", "shuffled"])
    learner = world.person()
    order_id = world.order(learner, course).json["data"]["orderId"]
    world.pay(order_id, "captured")
    eventually(lambda: {(each["attempts"], each["state"]) for each in recorded(world).values()} == {(3, "delivered")})
    world.run_jobs()
    assert (payment_events.count({}), traces()) == (3, ONE_PURCHASE)
