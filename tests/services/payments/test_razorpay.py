import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from structlog.testing import capture_logs

from lms.errors import GatewayUnavailable
from lms.models.base import now
from lms.services.payments import razorpay, razorpay_http
from lms.services.payments.razorpay import SANDBOX, GatewayRefused
from tests.sandbox.gateway import behave, http_answer, order, paid, pay, strange_gateway
from tests.smtp import free_port
from tests.waiting import at_most, eventually
from tests.world import World, at_once, served

KEYS = {"razorpay_key": "rzp_live_school", "razorpay_secret": "the school's", "razorpay_webhook_secret": "hooked"}
UNKNOWN = "order_00000000000000"


@pytest.fixture
def gateway(world: World, app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


Answer = Callable[[socket.socket], None]
AnsweredBy = Callable[[Answer], AbstractContextManager[None]]


@pytest.fixture
def answered_by(world: World, settings: Callable[..., None]) -> AnsweredBy:
    """While `with answered_by(function)` lasts, the function answers for the gateway."""

    @contextmanager
    def answered(answer: Answer) -> Iterator[None]:
        with strange_gateway(answer) as address:
            settings(public_url=address)
            yield

    return answered


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(razorpay_http, "READ_SECONDS", at_most(0.3))
    monkeypatch.setattr(razorpay_http, "WHOLE_SECONDS", at_most(0.6))
    monkeypatch.setattr(razorpay_http, "PLACE_SECONDS", 0.05)


@pytest.fixture(autouse=True)
def _every_place_is_free_again() -> Iterator[None]:
    yield
    eventually(lambda: razorpay_http.PLACES._value == 6, "The return of every place")


class TestOrders:
    def test_are_found_by_their_receipt(self, gateway: str) -> None:
        order("another")
        order_id = order("receipt-1", 49900, course="Python")
        found = razorpay.order_by_receipt("receipt-1")
        assert found is not None
        assert (found.id, found.amount, found.currency, found.status) == (order_id, 49900, "INR", "created")

    def test_are_not_found_before_they_are_made(self, gateway: str) -> None:
        order("receipt-1")
        assert razorpay.order_by_receipt("receipt") is None

    def test_may_share_a_receipt_as_with_most_accounts(self, gateway: str) -> None:
        first, second = order("receipt-1"), order("receipt-1")
        assert first != second
        found = razorpay.order_by_receipt("receipt-1")
        assert found is not None
        assert found.id == first

    def test_are_one_for_each_receipt_with_some_accounts(self, world: World, gateway: str) -> None:
        behave(world, receipts_once=True)
        order("receipt-1")
        with pytest.raises(GatewayRefused, match=r"^Order receipt should be unique\.$"):
            order("receipt-1", 100)

    @pytest.mark.parametrize("wrong", ["wrong_amount", "wrong_currency"])
    def test_of_another_price_are_no_answer(self, world: World, gateway: str, wrong: str) -> None:
        behave(world, wrong=wrong)
        with pytest.raises(GatewayUnavailable):
            order()

    def test_whose_answer_was_lost_are_found(self, world: World, gateway: str) -> None:
        behave(world, wrong="html502")
        with pytest.raises(GatewayUnavailable):
            order("receipt-1")
        behave(world)
        found = razorpay.order_by_receipt("receipt-1")
        assert found is not None
        assert found.amount == 49900

    def test_that_share_a_receipt_are_the_one_paid_or_the_oldest(self, answered_by: AnsweredBy) -> None:
        common = {"amount": 1, "currency": "INR", "receipt": "r", "amount_paid": 0}
        items = [
            {**common, "id": "order_new", "status": "created", "created_at": 3},
            {**common, "id": "order_paid", "status": "paid", "created_at": 2},
            {**common, "id": "order_old", "status": "created", "created_at": 1},
            {**common, "id": "order_other", "status": "paid", "created_at": 0, "receipt": "R"},
        ]

        def found() -> str | None:
            with answered_by(http_answer("200 OK", json.dumps({"items": items}))):
                order = razorpay.order_by_receipt("r")
            return order and order.id

        assert found() == "order_paid"
        del items[1]
        assert found() == "order_old"


class TestPayments:
    def test_are_listed_with_the_failed_ones(self, world: World, gateway: str) -> None:
        order_id = order()
        pay(world, order_id, "failed")
        payment_id = pay(world, order_id)["razorpay_payment_id"]
        states = {payment.status: payment for payment in razorpay.payments_of(order_id)}
        assert set(states) == {"failed", "captured"}
        assert (states["captured"].id, states["captured"].captured) == (payment_id, True)
        assert states["captured"].error is None
        assert (states["failed"].captured, states["failed"].error is None) == (False, False)

    def test_say_what_was_paid_for_what(self, world: World, gateway: str) -> None:
        order_id = order("receipt-1", 12345)
        payment = razorpay.payment(pay(world, order_id)["razorpay_payment_id"])
        assert payment is not None
        assert (payment.order_id, payment.amount, payment.currency) == (order_id, 12345, "INR")
        assert (payment.status, payment.captured, payment.amount_refunded) == ("captured", True, 0)

    def test_of_an_unknown_order_are_refused(self, gateway: str) -> None:
        with pytest.raises(GatewayRefused, match="does not exist"):
            razorpay.payments_of(UNKNOWN)

    @pytest.mark.parametrize(
        "payment_id", ["pay_00000000000000", "", "pay_", "../orders", "pay_1/refund", "pay_é", "pay_1\n", "\ud800"]
    )
    def test_that_do_not_exist_are_none(self, gateway: str, payment_id: str) -> None:
        assert razorpay.payment(payment_id) is None

    def test_are_not_missing_because_the_keys_are_wrong(
        self, gateway: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        wrong = razorpay_http.Account(SANDBOX.key_id, "guessed", "", gateway + SANDBOX.base_url)
        monkeypatch.setattr(razorpay_http, "account", lambda: wrong)
        with capture_logs() as logs, pytest.raises(GatewayUnavailable):
            razorpay.payment("pay_00000000000000")
        assert logs[-1]["reason"] == "status 401"
        assert "guessed" not in str(logs)
        assert capsys.readouterr().out == ""

    def test_of_another_id_are_no_answer(self, answered_by: AnsweredBy) -> None:
        found = {"id": "pay_2", "amount": 1, "currency": "INR", "status": "captured", "created_at": 1}
        body = json.dumps({**found, "captured": True, "amount_refunded": 0})
        with answered_by(http_answer("200 OK", body)):
            assert razorpay.payment("pay_2") is not None
            with pytest.raises(GatewayUnavailable):
                razorpay.payment("pay_1")


class TestRefunds:
    def test_give_a_part_back_and_then_the_rest(self, world: World, gateway: str) -> None:
        payment_id = paid(world, 50000)
        part = razorpay.refund(payment_id, 20000, "refund-0001", {"why": "asked"})
        assert (part.payment_id, part.amount, part.currency, part.key) == (payment_id, 20000, "INR", "refund-0001")
        payment = razorpay.payment(payment_id)
        assert payment is not None
        assert (payment.status, payment.captured, payment.amount_refunded) == ("captured", True, 20000)
        rest = razorpay.refund(payment_id, 30000, "refund-0002", {})
        payment = razorpay.payment(payment_id)
        assert payment is not None
        assert (payment.status, payment.amount_refunded) == ("refunded", 50000)
        assert {refund.id for refund in razorpay.refunds_of(payment_id)} == {part.id, rest.id}

    def test_with_the_same_key_are_the_same(self, world: World, gateway: str) -> None:
        payment_id = paid(world, 50000)
        refunds = [razorpay.refund(payment_id, 20000, "refund-0001", {"a": "b"}) for _ in range(3)]
        assert len({refund.id for refund in refunds}) == 1
        assert len(razorpay.refunds_of(payment_id)) == 1

    def test_whose_answer_was_lost_are_made_once(self, world: World, gateway: str) -> None:
        payment_id = paid(world, 50000)
        behave(world, wrong="bad_json", only="refunds")
        with pytest.raises(GatewayUnavailable):
            razorpay.refund(payment_id, 20000, "refund-0001", {})
        behave(world)
        made = razorpay.refund(payment_id, 20000, "refund-0001", {})
        assert [refund.id for refund in razorpay.refunds_of(payment_id)] == [made.id]

    def test_with_the_key_of_another_are_refused(self, world: World, gateway: str) -> None:
        payment_id = paid(world, 50000)
        razorpay.refund(payment_id, 20000, "refund-0001", {})
        with pytest.raises(GatewayRefused, match="same idempotency key"):
            razorpay.refund(payment_id, 20001, "refund-0001", {})

    def test_beyond_what_was_paid_are_refused(self, world: World, gateway: str) -> None:
        payment_id = paid(world, 50000)
        razorpay.refund(payment_id, 20000, "refund-0001", {})
        with pytest.raises(GatewayRefused, match="greater than"):
            razorpay.refund(payment_id, 30001, "refund-0002", {})

    def test_of_what_is_not_captured_are_refused(self, world: World, gateway: str) -> None:
        payment_id = pay(world, order(), "authorized")["razorpay_payment_id"]
        with pytest.raises(GatewayRefused, match="should be captured"):
            razorpay.refund(payment_id, 20000, "refund-0001", {})

    @pytest.mark.parametrize("key", ["", "short", "refund 0001", "refund-000é", "refund-0001\n", "r" * 41])
    def test_want_a_key_that_the_gateway_takes(self, world: World, key: str) -> None:
        with pytest.raises(ValueError, match="idempotency key"):
            razorpay.refund("pay_1", 100, key, {})

    @pytest.mark.parametrize("number", [0, 2, 3, 4, 6])
    def test_are_listed_over_several_pages(
        self, world: World, gateway: str, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        monkeypatch.setattr(razorpay, "MOST_ITEMS", 3)
        payment_id = paid(world, 50000)
        made = {razorpay.refund(payment_id, 100, f"refund-000{each}", {}).id for each in range(number)}
        listed = [refund.id for refund in razorpay.refunds_of(payment_id)]
        assert (len(listed), set(listed)) == (number, made)
        since = [refund.id for refund in razorpay.refunds_since(now() - timedelta(minutes=1))]
        assert (len(since), set(since)) == (number, made)
        assert razorpay.refunds_since(now() + timedelta(minutes=1)) == []


class TestPaymentSignatures:
    def test_hold_for_what_the_customer_was_handed(self, world: World, gateway: str) -> None:
        handed = pay(world, order())
        given = handed["razorpay_order_id"], handed["razorpay_payment_id"], handed["razorpay_signature"]
        assert razorpay.payment_signature_holds(*given)

    def test_are_of_one_order_and_one_payment(self, world: World) -> None:
        right = sign(SANDBOX.key_secret, b"order_1|pay_1")
        assert razorpay.payment_signature_holds("order_1", "pay_1", right)
        assert not razorpay.payment_signature_holds("order_2", "pay_1", right)
        assert not razorpay.payment_signature_holds("order_1", "pay_2", right)
        assert not razorpay.payment_signature_holds("order_1|pay_1", "", right)

    def test_are_exact(self, world: World) -> None:
        right = sign(SANDBOX.key_secret, b"order_1|pay_1")
        wrong = ["", right[:-1], right + "0", right.upper(), f" {right}", "0" * 64, "é" * 64, "\ud800", "9" * 1_000_000]
        assert not any(razorpay.payment_signature_holds("order_1", "pay_1", each) for each in wrong)
        assert not razorpay.payment_signature_holds("order_\ud800", "pay_é", right)

    def test_with_the_webhooks_secret_do_not_hold(self, world: World) -> None:
        wrong = sign(SANDBOX.webhook_secret, b"order_1|pay_1")
        assert not razorpay.payment_signature_holds("order_1", "pay_1", wrong)

    def test_are_made_with_the_account_of_the_settings(self, world: World, settings: Callable[..., None]) -> None:
        settings(**KEYS)
        assert razorpay.key_id() == "rzp_live_school"
        assert razorpay.payment_signature_holds("order_1", "pay_1", sign("the school's", b"order_1|pay_1"))
        assert not razorpay.payment_signature_holds("order_1", "pay_1", sign(SANDBOX.key_secret, b"order_1|pay_1"))
        assert razorpay_http.account().base_url == "https://api.razorpay.com"


class TestWebhookSignatures:
    def test_are_of_exactly_these_bytes(self, world: World) -> None:
        body = b'{"a": "\xff"}'
        right = sign(SANDBOX.webhook_secret, body)
        assert razorpay.webhook_signature_holds(body, right)
        assert not razorpay.webhook_signature_holds(b'{"a":"\xff"}', right)
        assert not razorpay.webhook_signature_holds(b"", right)

    @pytest.mark.parametrize("signature", ["", "é", "\ud800", "0" * 64, "0" * 1_000_000])
    def test_may_be_anything_and_are_then_wrong(self, world: World, signature: str) -> None:
        assert not razorpay.webhook_signature_holds(b"{}", signature)

    def test_never_hold_without_a_secret(self, world: World, settings: Callable[..., None]) -> None:
        settings(razorpay_key="rzp_live_school")
        assert not razorpay.webhook_signature_holds(b"{}", sign("", b"{}"))
        assert not razorpay.payment_signature_holds("order_1", "pay_1", sign("", b"order_1|pay_1"))


def sign(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def drip(connection: socket.socket, seconds: float = 1.5) -> None:
    """An answer that does not come to its end, though no pause in it is long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
    for _ in range(int(seconds / 0.1)):
        connection.sendall(b" ")
        time.sleep(0.1)


def break_off(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"id": "order_1"')


def error(status: str, code: str) -> Answer:
    return http_answer(status, json.dumps({"error": {"code": code, "description": "That was too much."}}))


@pytest.mark.usefixtures("impatient")
class TestAGatewayThat:
    @pytest.mark.parametrize(
        "answer",
        [
            lambda connection: None,
            lambda connection: time.sleep(1),
            lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"),
            drip,
            break_off,
            http_answer("502 Bad Gateway", "<html>502</html>", "text/html"),
            http_answer("200 OK", "<html>Maintenance</html>", "text/html"),
            http_answer("200 OK", '{"id": "order_'),
            http_answer("200 OK", "[]"),
            http_answer("200 OK", "{}"),
            http_answer("200 OK", '{"amount": 49900, "currency": "INR", "receipt": "receipt-1", "id": null}'),
            http_answer("204 No Content", ""),
            error("500 Internal Server Error", "SERVER_ERROR"),
            error("503 Service Unavailable", "BAD_REQUEST_ERROR"),
            error("429 Too Many Requests", "BAD_REQUEST_ERROR"),
            error("409 Conflict", "BAD_REQUEST_ERROR"),
            error("401 Unauthorized", "BAD_REQUEST_ERROR"),
            error("400 Bad Request", "GATEWAY_ERROR"),
            http_answer("400 Bad Request", '{"error": "what?"}'),
        ],
        ids=lambda answer: None,
    )
    def test_gives_no_answer_is_unavailable(
        self, answered_by: AnsweredBy, answer: Answer, capsys: pytest.CaptureFixture[str]
    ) -> None:
        began = time.monotonic()
        with answered_by(answer), capture_logs(), pytest.raises(GatewayUnavailable) as refusal:
            order()
        assert refusal.value.retry_after == 5
        assert time.monotonic() - began < razorpay_http.WHOLE_SECONDS + at_most(1)
        assert capsys.readouterr().out == ""

    def test_says_no_is_not_unavailable(self, answered_by: AnsweredBy) -> None:
        answer = error("400 Bad Request", "BAD_REQUEST_ERROR")
        with answered_by(answer), pytest.raises(GatewayRefused) as refusal:
            order()
        assert str(refusal.value) == "That was too much."

    def test_is_not_there_is_unavailable(self, world: World, settings: Callable[..., None]) -> None:
        settings(public_url=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(GatewayUnavailable):
            order()

    def test_is_told_to_be_dead_is_unavailable_and_nothing_is_done(self, world: World, gateway: str) -> None:
        behave(world, dead=True)
        with pytest.raises(GatewayUnavailable):
            order("receipt-1")
        behave(world)
        assert razorpay.order_by_receipt("receipt-1") is None

    def test_is_told_to_be_slow_is_unavailable(self, world: World, gateway: str) -> None:
        behave(world, delay_seconds=razorpay_http.READ_SECONDS + 1)
        with pytest.raises(GatewayUnavailable):
            order()

    def test_points_elsewhere_is_not_followed(self, answered_by: AnsweredBy) -> None:
        asked: list[bool] = []
        with strange_gateway(lambda connection: asked.append(True)) as elsewhere:
            redirect = http_answer(f"307 Temporary Redirect\r\nLocation: {elsewhere}/", "{}")
            with answered_by(redirect), pytest.raises(GatewayUnavailable):
                order()
        assert not asked

    def test_is_asked_once(self, answered_by: AnsweredBy) -> None:
        asked: list[bool] = []
        with answered_by(lambda connection: asked.append(True)):
            for _ in range(2):
                with pytest.raises(GatewayUnavailable):
                    order()
        assert len(asked) == 2

    def test_hangs_leaves_threads_to_others(self, world: World, answered_by: AnsweredBy) -> None:
        def wait() -> str:
            with world.app.app_context():
                try:
                    return order()
                except GatewayUnavailable as refusal:
                    return refusal.sentence

        with answered_by(lambda connection: time.sleep(1)):
            told = at_once([wait] * 20)
        assert sum("busy" in sentence for sentence in told) == 14


@pytest.mark.parametrize(
    "answer", [lambda connection: time.sleep(12), partial(drip, seconds=12)], ids=["hanging", "dripping"]
)
def test_the_real_limit_is_below_ten_seconds(answered_by: AnsweredBy, answer: Answer) -> None:
    began = time.monotonic()
    with answered_by(answer), pytest.raises(GatewayUnavailable):
        order()
    assert time.monotonic() - began < at_most(10)


def test_no_proxy_stands_before_the_stand_in(gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert order().startswith("order_")
