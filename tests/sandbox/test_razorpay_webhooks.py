import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from lms.sandbox import razorpay_webhooks
from lms.services.payments import razorpay
from tests.sandbox.gateway import (
    SANDBOX,
    Receiver,
    behave,
    events,
    order,
    paid,
    pay,
    receiving,
)
from tests.smtp import free_port
from tests.waiting import at_most, eventually
from tests.world import World, served

CAPTURED = ["payment.authorized", "payment.captured", "order.paid"]


@pytest.fixture
def gateway(world: World, app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def receiver(world: World, gateway: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(razorpay_webhooks, "RETRY_WAITS", (0.05, 0.1, 0.15, 0.2))
    with receiving() as receiver:
        behave(world, webhook_url=receiver.url)
        yield receiver


def came(receiver: Receiver, number: int) -> list[dict[str, Any]]:
    """What came, once that many have, and no more do."""
    eventually(lambda: len(receiver.received) >= number)
    time.sleep(0.2)
    assert len(receiver.received) == number, receiver.names()
    return [json.loads(delivery.body) for delivery in receiver.received]


class TestAWebhook:
    def test_is_signed_over_its_raw_bytes(self, world: World, receiver: Receiver) -> None:
        pay(world, order(course="Python / पाइथन"))
        came(receiver, 3)
        for delivery in receiver.received:
            signature = delivery.headers["x-razorpay-signature"]
            assert razorpay.webhook_signature_holds(delivery.body, signature)
            reserialized = json.dumps(json.loads(delivery.body)).encode()
            assert not razorpay.webhook_signature_holds(reserialized, signature)
            assert delivery.headers["content-type"] == "application/json"
        assert len({delivery.headers["x-razorpay-event-id"] for delivery in receiver.received}) == 3

    def test_of_a_success_tells_of_payment_and_order(self, world: World, receiver: Receiver) -> None:
        order_id = order()
        payment_id = pay(world, order_id)["razorpay_payment_id"]
        authorized, captured, paid = came(receiver, 3)
        assert [event["event"] for event in (authorized, captured, paid)] == CAPTURED
        assert {event["entity"] for event in (authorized, captured, paid)} == {"event"}
        assert (captured["contains"], paid["contains"]) == (["payment"], ["payment", "order"])
        entity = captured["payload"]["payment"]["entity"]
        assert (entity["id"], entity["order_id"], entity["amount"]) == (payment_id, order_id, 49900)
        assert (entity["status"], entity["captured"]) == ("captured", True)
        assert authorized["payload"]["payment"]["entity"]["captured"] is False
        assert paid["payload"]["order"]["entity"]["status"] == "paid"
        assert paid["payload"]["order"]["entity"]["id"] == order_id
        assert all(isinstance(event["created_at"], int) for event in (authorized, captured, paid))

    def test_of_a_failure_is_one(self, world: World, receiver: Receiver) -> None:
        pay(world, order(), "failed")
        (failed,) = came(receiver, 1)
        entity = failed["payload"]["payment"]["entity"]
        assert (failed["event"], entity["status"], entity["error_step"]) == (
            "payment.failed",
            "failed",
            "payment_authorization",
        )

    def test_of_a_refund_tells_of_refund_and_payment(self, world: World, receiver: Receiver) -> None:
        payment_id = paid(world)
        for _ in range(2):
            made = razorpay.refund(payment_id, 9900, "refund-0001", {})
        created, processed = came(receiver, 2)
        assert [event["event"] for event in (created, processed)] == ["refund.created", "refund.processed"]
        for event in (created, processed):
            assert event["contains"] == ["refund", "payment"]
            assert event["payload"]["refund"]["entity"]["id"] == made.id
            assert event["payload"]["refund"]["entity"]["receipt"] == "refund-0001"
            assert event["payload"]["payment"]["entity"]["amount_refunded"] == 9900

    def test_of_a_capture_is_sent(self, world: World, receiver: Receiver) -> None:
        payment_id = pay(world, order(), "authorized")["razorpay_payment_id"]
        keys = (razorpay.SANDBOX.key_id, razorpay.SANDBOX.key_secret)
        world.post(f"{SANDBOX}/v1/payments/{payment_id}/capture", {"amount": 49900, "currency": "INR"}, auth=keys)
        came(receiver, 3)
        assert sorted(receiver.names()) == sorted(CAPTURED)

    def test_goes_to_this_server_unless_told_otherwise(self, world: World, gateway: str) -> None:
        behave(world, webhooks="off")
        pay(world, order())
        assert {event["url"] for event in events(world)} == {f"{gateway}/api/v1/payments/webhook"}


class TestDelivery:
    def test_is_tried_again_until_it_succeeds(self, world: World, receiver: Receiver) -> None:
        receiver.statuses = [500, 302]
        pay(world, order(), "failed")
        came(receiver, 3)
        assert len({delivery.headers["x-razorpay-event-id"] for delivery in receiver.received}) == 1
        assert [(event["state"], event["attempts"]) for event in events(world)] == [("delivered", 3)]

    def test_is_given_up_after_some_tries(self, world: World, receiver: Receiver) -> None:
        behave(world, webhook_url=receiver.url, webhook_retries=2)
        receiver.statuses = [400] * 9
        pay(world, order(), "failed")
        came(receiver, 3)
        assert [(event["state"], event["status"]) for event in events(world, "failed")] == [("failed", 400)]

    def test_delays_nobody(self, world: World, receiver: Receiver) -> None:
        receiver.seconds = 2
        began = time.monotonic()
        pay(world, order(), "failed")
        assert time.monotonic() - began < at_most(1)

    def test_to_nobody_breaks_nothing(self, world: World, gateway: str) -> None:
        behave(world, webhook_url=f"http://127.0.0.1:{free_port()}/", webhook_retries=0)
        assert pay(world, order())["razorpay_signature"]
        eventually(lambda: len(events(world, "failed")) == 3)
        assert {event["status"] for event in events(world)} == {None}

    def test_can_be_off(self, world: World, receiver: Receiver) -> None:
        behave(world, webhook_url=receiver.url, webhooks="off")
        pay(world, order())
        came(receiver, 0)
        assert [event["event"] for event in events(world, "withheld")] == CAPTURED

    def test_of_a_silent_payment_does_not_happen(self, world: World, receiver: Receiver) -> None:
        assert pay(world, order(), "captured_silently")["razorpay_signature"]
        came(receiver, 0)

    @pytest.mark.parametrize(("word", "times"), [("double", 2), ("triple", 3)])
    def test_can_be_repeated(self, world: World, receiver: Receiver, word: str, times: int) -> None:
        behave(world, webhook_url=receiver.url, webhooks=word)
        pay(world, order())
        came(receiver, 3 * times)
        ids = Counter(delivery.headers["x-razorpay-event-id"] for delivery in receiver.received)
        assert set(ids.values()) == {times}
        assert receiver.names() == CAPTURED * times

    def test_can_be_shuffled(self, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(razorpay_webhooks.random, "shuffle", list.reverse)
        behave(world, webhook_url=receiver.url, webhooks=["shuffled", "triple"])
        pay(world, order())
        came(receiver, 9)
        assert receiver.names() == CAPTURED[::-1] * 3

    def test_can_be_lossy(self, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        chances = iter([0.5, 0.05, 0.5])
        monkeypatch.setattr(razorpay_webhooks.random, "random", lambda: next(chances))
        behave(world, webhook_url=receiver.url, webhooks=["lossy", "double"])
        pay(world, order())
        came(receiver, 4)
        assert set(receiver.names()) == {"payment.authorized", "order.paid"}
        assert [event["event"] for event in events(world, "lost")] == ["payment.captured"]

    def test_loses_about_a_tenth(self, world: World, receiver: Receiver) -> None:
        told = razorpay_webhooks.Behaviour(webhooks=["lossy"])
        states = Counter(razorpay_webhooks._state(told, silent=False) for _ in range(5000))
        assert 400 < states["lost"] < 600


class TestSendingByHand:
    def test_delivers_what_was_withheld(self, world: World, receiver: Receiver) -> None:
        pay(world, order(), "captured_silently")
        event_id = events(world)[1]["id"]
        for _ in range(2):
            answer = world.post(f"{SANDBOX}/webhooks/{event_id}/send")
            assert (answer.json["state"], answer.json["status"]) == ("delivered", 200)
        came(receiver, 2)
        assert receiver.names() == ["payment.captured"] * 2
        assert receiver.received[0] == receiver.received[1]

    def test_says_that_it_failed(self, world: World, receiver: Receiver) -> None:
        pay(world, order(), "captured_silently")
        receiver.statuses = [503]
        answer = world.post(f"{SANDBOX}/webhooks/{events(world)[0]['id']}/send")
        assert (answer.json["state"], answer.json["status"]) == ("withheld", 503)

    def test_is_possible_with_what_the_list_says(self, world: World, gateway: str) -> None:
        behave(world, webhooks="off")
        pay(world, order())
        for event in events(world):
            headers = event["headers"]
            assert razorpay.webhook_signature_holds(event["body"].encode(), headers["X-Razorpay-Signature"])
            assert headers["x-razorpay-event-id"] == event["id"]

    def test_of_an_unknown_event_is_refused(self, world: World) -> None:
        assert world.post(f"{SANDBOX}/webhooks/none/send").status_code == 400


def test_what_is_forgotten_is_sent_no_more(world: World, receiver: Receiver) -> None:
    receiver.statuses = [500] * 9
    receiver.seconds = 0.1
    pay(world, order(), "failed")
    eventually(lambda: receiver.received)
    world.empty()
    came(receiver, 1)
